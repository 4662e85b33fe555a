// policy_conformance makes cyclonus' network policies in a cluster, probes for each case which of nine pods
// reach which, and compares that with what cyclonus' own model of the policies says.
//
//	KUBECONFIG=F go run . [-include TAG,...] [-exclude TAG,...] [-list]
//
// It differs from `cyclonus generate` in three points. Each pod is asked once for all of its probes, by the
// program in worker/, which has to be /worker beside /agnhost in the image of the pods: an exec for each of
// some 300 probes a case takes a small machine more than an hour for all cases. Several cases are tried at
// once, each in namespaces of its own (lane.go). And a conflict, or an API server that is busy, ends nothing
// (patience.go). Whether a pod reaches itself is not compared: cyclonus lets policies forbid it, Kubernetes
// does not.
//
// Exit status: 0 every case is as it should be, 1 some is not, 2 wrong usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattfenwick/cyclonus/pkg/connectivity"
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
	// For a list of the cases alone.
	anyAddress = "192.0.2.1"
)

var (
	// A probe mostly waits, and a lane takes its time to be made: with more of them it takes longer again.
	lanes      = []string{"a", "b", "c"}
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
	if list {
		for i, one := range generator.NewTestCaseGenerator(true, anyAddress, namespaces, include, exclude).GenerateTestCases() {
			fmt.Printf("%d: %s (%s)\n", i+1, one.Description, strings.Join(one.Tags.Keys(), ", "))
		}
		return 0, nil
	}
	cluster, err := connect()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	made, err := newLanes(patient{cluster}, include, exclude)
	if err != nil {
		return 0, err
	}
	ready := time.Since(start)
	failed, err := tryCases(made)
	fmt.Printf("%d lanes: made in %.0f s, all done after %.0f s\n", len(made), ready.Seconds(), time.Since(start).Seconds())
	return failed, err
}

func newLanes(cluster kube.IKubernetes, include, exclude []string) ([]*lane, error) {
	made, errs := make([]*lane, len(lanes)), make([]error, len(lanes))
	var all sync.WaitGroup
	for i, name := range lanes {
		all.Go(func() { made[i], errs[i] = newLane(cluster, name, include, exclude) })
	}
	all.Wait()
	return made, errors.Join(errs...)
}

// tryCases gives each case to the lane that is free first, and says how many failed. The first error ends all lanes
// once their case is done.
func tryCases(made []*lane) (int, error) {
	var all sync.WaitGroup
	var tally tally
	for _, one := range made {
		all.Go(func() {
			for i, ok := tally.next(len(one.cases)); ok; i, ok = tally.next(len(one.cases)) {
				tally.add(i, len(one.cases), one.interpreter.ExecuteTestCase(one.cases[i]))
			}
		})
	}
	all.Wait()
	if tally.err != nil {
		return tally.failed, tally.err
	}
	fmt.Printf("%d of %d cases are as they should be, %d probes were made again\n",
		tally.begun-tally.failed, tally.begun, tally.again)
	return tally.failed, nil
}

// tally is what all lanes count together.
type tally struct {
	lock                 sync.Mutex
	begun, failed, again int
	err                  error
}

func (t *tally) next(cases int) (int, bool) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if t.err != nil || t.begun == cases {
		return 0, false
	}
	t.begun++
	return t.begun - 1, true
}

func (t *tally) add(index, cases int, result *connectivity.Result) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if result.Err != nil {
		t.err = fmt.Errorf("case %d, %s: %w", index+1, result.TestCase.Description, result.Err)
		return
	}
	for _, step := range result.Steps {
		t.again += len(step.KubeProbes) - 1
	}
	passed := result.Passed(true)
	fmt.Printf("case %d of %d: %s: passed %t\n", index+1, cases, result.TestCase.Description, passed)
	if !passed {
		t.failed++
		printer := &connectivity.Printer{IgnoreLoopback: true}
		printer.PrintTestCaseResult(result)
	}
}
