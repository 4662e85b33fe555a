// policy_conformance makes cyclonus' network policies in a cluster, one case after the other, probes
// which of nine pods reach which, and compares that with what cyclonus' own model of the policies says.
//
//	KUBECONFIG=F go run . [-include TAG,...] [-exclude TAG,...] [-list]
//
// It differs from `cyclonus generate` in one point: each pod is asked once for all of its probes, by the
// program in worker/, which has to be /worker beside /agnhost in the image of the pods. An exec for each of
// some 300 probes a case takes a small machine more than an hour for all cases. Whether a pod reaches
// itself is not compared: cyclonus lets policies forbid it, Kubernetes does not.
//
// Exit status: 0 every case is as it should be, 1 some is not, 2 wrong usage.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/mattfenwick/cyclonus/pkg/connectivity"
	"github.com/mattfenwick/cyclonus/pkg/connectivity/probe"
	"github.com/mattfenwick/cyclonus/pkg/generator"
	"github.com/mattfenwick/cyclonus/pkg/kube"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	podsReadySeconds = 120
	// The rules have to be there at once.
	settleSeconds = 0
	// A busy machine lets an allowed connection time out now and then.
	retries = 3
)

var (
	namespaces = []string{"x", "y", "z"}
	pods       = []string{"a", "b", "c"}
	ports      = []int{80, 81}
	// Not SCTP: the sockets are not in every kernel.
	protocols = []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP}
)

func main() {
	include := flag.String("include", "", "only cases with one of these tags of cyclonus")
	exclude := flag.String("exclude", "", "no case with one of these tags")
	list := flag.Bool("list", false, "print the cases and probe nothing")
	flag.Parse()
	included, excluded := tags(*include), tags(*exclude)
	if err := generator.ValidateTags(append(included, excluded...)); err != nil {
		fmt.Fprintln(os.Stderr, "policy_conformance:", strings.SplitN(err.Error(), "\n", 2)[0])
		os.Exit(2)
	}
	failed, err := run(included, excluded, *list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "policy_conformance:", err)
		os.Exit(1)
	}
	if failed > 0 {
		fmt.Fprintf(os.Stderr, "policy_conformance: %d cases are not as they should be\n", failed)
		os.Exit(1)
	}
}

func tags(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// connect does not limit the rate of requests: with cyclonus' own five a second, half of the time is
// waited for that.
func connect() (*kube.Kubernetes, error) {
	cluster, err := kube.NewKubernetesForContext("")
	if err != nil {
		return nil, err
	}
	cluster.RestConfig.QPS = -1
	cluster.ClientSet, err = kubernetes.NewForConfig(cluster.RestConfig)
	return cluster, err
}

func run(include, exclude []string, list bool) (int, error) {
	cluster, err := connect()
	if err != nil {
		return 0, err
	}
	resources, err := probe.NewDefaultResources(
		cluster, namespaces, pods, ports, protocols, nil, podsReadySeconds, true, "")
	if err != nil {
		return 0, err
	}
	// Cases with blocks of addresses are made around this one.
	last, err := resources.GetPod("z", "c")
	if err != nil {
		return 0, err
	}
	cases := generator.NewTestCaseGenerator(true, last.IP, namespaces, include, exclude).GenerateTestCases()
	if list {
		for i, one := range cases {
			fmt.Printf("%d: %s (%s)\n", i+1, one.Description, strings.Join(one.Tags.Keys(), ", "))
		}
		return 0, nil
	}
	interpreter := connectivity.NewInterpreter(cluster, resources, &connectivity.InterpreterConfig{
		ResetClusterBeforeTestCase:       true,
		VerifyClusterStateBeforeTestCase: true,
		KubeProbeRetries:                 retries,
		PerturbationWaitSeconds:          settleSeconds,
		BatchJobs:                        true,
		IgnoreLoopback:                   true,
	})
	printer := &connectivity.Printer{IgnoreLoopback: true}
	failed := 0
	for i, one := range cases {
		result := interpreter.ExecuteTestCase(one)
		if result.Err != nil {
			return failed, result.Err
		}
		passed := result.Passed(true)
		fmt.Printf("case %d of %d: %s: passed %t\n", i+1, len(cases), one.Description, passed)
		if !passed {
			failed++
			printer.PrintTestCaseResult(result)
		}
	}
	fmt.Printf("%d of %d cases are as they should be\n", len(cases)-failed, len(cases))
	return failed, nil
}
