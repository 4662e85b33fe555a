package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/mattfenwick/cyclonus/pkg/kube"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/util/retry"
)

// tries is how often, and how far apart, the cluster is asked for one thing: for some 20 seconds in all.
var tries = wait.Backoff{Steps: 9, Duration: 100 * time.Millisecond, Factor: 1.8, Jitter: 0.1}

// patient asks again where cyclonus gives up at once: after a conflict, since the kubelet writes to pods too, and
// where the API server is busy or the connection ended. Each answer that means "no" stays one.
type patient struct {
	*kube.Kubernetes
}

func passing(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsServerTimeout(err) || apierrors.IsTimeout(err) ||
		apierrors.IsTooManyRequests(err) || apierrors.IsServiceUnavailable(err) || apierrors.IsInternalError(err) ||
		utilnet.IsConnectionRefused(err) || utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err) || utilnet.IsTimeout(err)
}

// again is for what may be done twice.
func again(what string, ask func() error) error {
	return retry.OnError(tries, func(err error) bool {
		if !passing(err) {
			return false
		}
		fmt.Fprintf(os.Stderr, "%s: again after: %v\n", what, err)
		return true
	}, ask)
}

func asked[T any](what string, ask func() (T, error)) (answer T, err error) {
	err = again(what, func() (err error) {
		answer, err = ask()
		return err
	})
	return answer, err
}

// created: what a try made whose answer was lost is there at the next one.
func created[T any](what string, create, get func() (T, error)) (T, error) {
	first := true
	return asked(what, func() (T, error) {
		made, err := create()
		if !first && apierrors.IsAlreadyExists(err) {
			return get()
		}
		first = false
		return made, err
	})
}

// deleted: what a try took away whose answer was lost is gone at the next one.
func deleted(what string, remove func() error) error {
	first := true
	return again(what, func() error {
		err := remove()
		if !first && apierrors.IsNotFound(err) {
			return nil
		}
		first = false
		return err
	})
}

// CreateNamespace waits for the service account, too: pods are refused until it is there.
func (p patient) CreateNamespace(namespace *corev1.Namespace) (*corev1.Namespace, error) {
	name := namespace.Name
	made, err := created("make namespace "+name,
		func() (*corev1.Namespace, error) { return p.Kubernetes.CreateNamespace(namespace) },
		func() (*corev1.Namespace, error) { return p.Kubernetes.GetNamespace(name) })
	if err != nil {
		return nil, err
	}
	return made, retry.OnError(tries, apierrors.IsNotFound, func() error {
		return again("service account of "+name, func() error {
			_, err := p.ClientSet.CoreV1().ServiceAccounts(name).Get(context.TODO(), "default", metav1.GetOptions{})
			return err
		})
	})
}

func (p patient) GetNamespace(name string) (*corev1.Namespace, error) {
	return asked("namespace "+name, func() (*corev1.Namespace, error) { return p.Kubernetes.GetNamespace(name) })
}

func (p patient) SetNamespaceLabels(name string, labels map[string]string) (*corev1.Namespace, error) {
	return asked("label namespace "+name, func() (*corev1.Namespace, error) {
		return p.Kubernetes.SetNamespaceLabels(name, labels)
	})
}

func (p patient) DeleteNamespace(name string) error {
	return deleted("delete namespace "+name, func() error { return p.Kubernetes.DeleteNamespace(name) })
}

func (p patient) GetAllNamespaces() (*corev1.NamespaceList, error) {
	return asked("namespaces", p.Kubernetes.GetAllNamespaces)
}

func (p patient) CreateNetworkPolicy(policy *networkingv1.NetworkPolicy) (*networkingv1.NetworkPolicy, error) {
	return created("make policy "+policy.Name,
		func() (*networkingv1.NetworkPolicy, error) { return p.Kubernetes.CreateNetworkPolicy(policy) },
		func() (*networkingv1.NetworkPolicy, error) { return policy, nil })
}

func (p patient) GetNetworkPoliciesInNamespace(namespace string) ([]networkingv1.NetworkPolicy, error) {
	return asked("policies of "+namespace, func() ([]networkingv1.NetworkPolicy, error) {
		return p.Kubernetes.GetNetworkPoliciesInNamespace(namespace)
	})
}

func (p patient) UpdateNetworkPolicy(policy *networkingv1.NetworkPolicy) (*networkingv1.NetworkPolicy, error) {
	return asked("update policy "+policy.Name, func() (*networkingv1.NetworkPolicy, error) {
		return p.Kubernetes.UpdateNetworkPolicy(policy)
	})
}

func (p patient) DeleteNetworkPolicy(namespace, name string) error {
	return deleted("delete policy "+name, func() error { return p.Kubernetes.DeleteNetworkPolicy(namespace, name) })
}

func (p patient) DeleteAllNetworkPoliciesInNamespace(namespace string) error {
	policies, err := p.GetNetworkPoliciesInNamespace(namespace)
	for i := 0; err == nil && i < len(policies); i++ {
		err = p.DeleteNetworkPolicy(namespace, policies[i].Name)
	}
	return err
}

func (p patient) CreateService(service *corev1.Service) (*corev1.Service, error) {
	return created("make service "+service.Name,
		func() (*corev1.Service, error) { return p.Kubernetes.CreateService(service) },
		func() (*corev1.Service, error) { return p.Kubernetes.GetService(service.Namespace, service.Name) })
}

func (p patient) GetService(namespace, name string) (*corev1.Service, error) {
	return asked("service "+name, func() (*corev1.Service, error) { return p.Kubernetes.GetService(namespace, name) })
}

func (p patient) DeleteService(namespace, name string) error {
	return deleted("delete service "+name, func() error { return p.Kubernetes.DeleteService(namespace, name) })
}

func (p patient) GetServicesInNamespace(namespace string) ([]corev1.Service, error) {
	return asked("services of "+namespace, func() ([]corev1.Service, error) {
		return p.Kubernetes.GetServicesInNamespace(namespace)
	})
}

func (p patient) CreatePod(pod *corev1.Pod) (*corev1.Pod, error) {
	return created("make pod "+pod.Name,
		func() (*corev1.Pod, error) { return p.Kubernetes.CreatePod(pod) },
		func() (*corev1.Pod, error) { return p.Kubernetes.GetPod(pod.Namespace, pod.Name) })
}

func (p patient) GetPod(namespace, name string) (*corev1.Pod, error) {
	return asked("pod "+name, func() (*corev1.Pod, error) { return p.Kubernetes.GetPod(namespace, name) })
}

func (p patient) DeletePod(namespace, name string) error {
	return deleted("delete pod "+name, func() error { return p.Kubernetes.DeletePod(namespace, name) })
}

// SetPodLabels reads the pod anew at each try.
func (p patient) SetPodLabels(namespace, name string, labels map[string]string) (*corev1.Pod, error) {
	return asked("label pod "+namespace+"/"+name, func() (*corev1.Pod, error) {
		return p.Kubernetes.SetPodLabels(namespace, name, labels)
	})
}

func (p patient) GetPodsInNamespace(namespace string) ([]corev1.Pod, error) {
	return asked("pods of "+namespace, func() ([]corev1.Pod, error) { return p.Kubernetes.GetPodsInNamespace(namespace) })
}

// ExecuteRemoteCommand starts the worker again when it, or the way to it, failed: what it tried is in its output.
func (p patient) ExecuteRemoteCommand(namespace, pod, container string, command []string) (out, errors string, failed, err error) {
	what := fmt.Sprintf("command in pod %s/%s", namespace, pod)
	_ = retry.OnError(tries, func(err error) bool {
		fmt.Fprintf(os.Stderr, "%s: again after: %v\n", what, err)
		return true
	}, func() error {
		out, errors, failed, err = p.Kubernetes.ExecuteRemoteCommand(namespace, pod, container, command)
		if err != nil {
			return err
		}
		return failed
	})
	return out, errors, failed, err
}
