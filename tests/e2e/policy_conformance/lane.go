package main

import (
	"github.com/mattfenwick/cyclonus/pkg/connectivity"
	"github.com/mattfenwick/cyclonus/pkg/connectivity/probe"
	"github.com/mattfenwick/cyclonus/pkg/generator"
	"github.com/mattfenwick/cyclonus/pkg/kube"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// A lane is a set of namespaces and pods in which one case after the other is tried. Lanes do not see each other: a
// policy is about the pods of its own namespace, and no pod of one lane is asked about one of another. So they are
// used at once, and the seconds that each probe waits for what is forbidden are waited together.
type lane struct {
	cases       []*generator.TestCase
	interpreter *connectivity.Interpreter
}

// newLane makes its namespaces, x-NAME and so on, and their pods, and waits for them.
func newLane(cluster kube.IKubernetes, name string, include, exclude []string) (*lane, error) {
	var own []string
	for _, namespace := range namespaces {
		own = append(own, inLane(namespace, name))
	}
	resources, err := probe.NewDefaultResources(cluster, own, pods, ports, protocols, nil, podsReadySeconds, true, "")
	if err != nil {
		return nil, err
	}
	// Cases choose namespaces by this label. It is in the cluster once a case has begun: that resets the labels.
	for i, namespace := range namespaces {
		resources.Namespaces[own[i]]["ns"] = namespace
	}
	// Cases with blocks of addresses are made around this one.
	last, err := resources.GetPod(inLane("z", name), "c")
	if err != nil {
		return nil, err
	}
	cases := generator.NewTestCaseGenerator(true, last.IP, namespaces, include, exclude).GenerateTestCases()
	for i := range cases {
		cases[i] = moved(cases[i], name)
	}
	return &lane{cases, connectivity.NewInterpreter(cluster, resources, &connectivity.InterpreterConfig{
		ResetClusterBeforeTestCase:       true,
		VerifyClusterStateBeforeTestCase: true,
		KubeProbeRetries:                 retries,
		PerturbationWaitSeconds:          settleSeconds,
		BatchJobs:                        true,
		IgnoreLoopback:                   true,
	})}, nil
}

func inLane(namespace, lane string) string { return namespace + "-" + lane }

// moved is the case with every name of a namespace in it as LANE has it. Labels stay, but for the one that is the name.
func moved(one *generator.TestCase, lane string) *generator.TestCase {
	result := &generator.TestCase{Description: one.Description, Tags: one.Tags}
	for _, step := range one.Steps {
		var actions []*generator.Action
		for _, action := range step.Actions {
			actions = append(actions, movedAction(*action, lane))
		}
		result.Steps = append(result.Steps, generator.NewTestStep(step.Probe, actions...))
	}
	return result
}

func movedAction(action generator.Action, lane string) *generator.Action {
	switch {
	case action.CreatePolicy != nil:
		return generator.CreatePolicy(movedPolicy(action.CreatePolicy.Policy, lane))
	case action.UpdatePolicy != nil:
		return generator.UpdatePolicy(movedPolicy(action.UpdatePolicy.Policy, lane))
	case action.DeletePolicy != nil:
		return generator.DeletePolicy(inLane(action.DeletePolicy.Namespace, lane), action.DeletePolicy.Name)
	case action.CreateNamespace != nil:
		return generator.CreateNamespace(inLane(action.CreateNamespace.Namespace, lane), action.CreateNamespace.Labels)
	case action.SetNamespaceLabels != nil:
		return generator.SetNamespaceLabels(inLane(action.SetNamespaceLabels.Namespace, lane), action.SetNamespaceLabels.Labels)
	case action.DeleteNamespace != nil:
		return generator.DeleteNamespace(inLane(action.DeleteNamespace.Namespace, lane))
	case action.ReadNetworkPolicies != nil:
		var own []string
		for _, namespace := range action.ReadNetworkPolicies.Namespaces {
			own = append(own, inLane(namespace, lane))
		}
		return generator.ReadNetworkPolicies(own)
	case action.CreatePod != nil:
		return generator.CreatePod(inLane(action.CreatePod.Namespace, lane), action.CreatePod.Pod, action.CreatePod.Labels)
	case action.SetPodLabels != nil:
		return generator.SetPodLabels(inLane(action.SetPodLabels.Namespace, lane), action.SetPodLabels.Pod, action.SetPodLabels.Labels)
	case action.DeletePod != nil:
		return generator.DeletePod(inLane(action.DeletePod.Namespace, lane), action.DeletePod.Pod)
	}
	// The interpreter refuses it with a sentence.
	return &action
}

func movedPolicy(policy *networkingv1.NetworkPolicy, lane string) *networkingv1.NetworkPolicy {
	policy = policy.DeepCopy()
	policy.Namespace = inLane(policy.Namespace, lane)
	for _, rule := range policy.Spec.Ingress {
		moveSelectors(rule.From, lane)
	}
	for _, rule := range policy.Spec.Egress {
		moveSelectors(rule.To, lane)
	}
	return policy
}

func moveSelectors(peers []networkingv1.NetworkPolicyPeer, lane string) {
	for _, peer := range peers {
		if peer.NamespaceSelector == nil {
			continue
		}
		if name, ok := peer.NamespaceSelector.MatchLabels[corev1.LabelMetadataName]; ok {
			peer.NamespaceSelector.MatchLabels[corev1.LabelMetadataName] = inLane(name, lane)
		}
	}
}
