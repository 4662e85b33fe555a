package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mattfenwick/cyclonus/pkg/kube"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// server answers each write with the next of ANSWERS, nil for success and the last one from then on, and each read
// with a pod. It counts the writes.
func server(t *testing.T, answers ...*apierrors.StatusError) (patient, *int) {
	t.Helper()
	short := tries
	short.Duration = time.Millisecond
	before := tries
	tries = short
	t.Cleanup(func() { tries = before })
	writes := 0
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method != http.MethodGet {
			answer := answers[min(writes, len(answers)-1)]
			writes++
			if answer != nil {
				w.WriteHeader(int(answer.ErrStatus.Code))
				_ = json.NewEncoder(w).Encode(answer.ErrStatus)
				return
			}
		}
		_ = json.NewEncoder(w).Encode(&corev1.Pod{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "z", Name: "b"},
		})
	}))
	t.Cleanup(listener.Close)
	config := &rest.Config{Host: listener.URL, QPS: -1}
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return patient{&kube.Kubernetes{ClientSet: clients, RestConfig: config}}, &writes
}

var (
	podResource = schema.GroupResource{Resource: "pods"}
	conflict    = apierrors.NewConflict(podResource, "b", nil)
	exists      = apierrors.NewAlreadyExists(podResource, "b")
	missing     = apierrors.NewNotFound(podResource, "b")
	busy        = apierrors.NewServiceUnavailable("starting")
	forbidden   = apierrors.NewForbidden(podResource, "b", nil)
)

func expect(t *testing.T, err error, good bool, writes *int, wanted int) {
	t.Helper()
	if (err == nil) != good {
		t.Errorf("good should be %t: %v", good, err)
	}
	if *writes != wanted {
		t.Errorf("%d writes instead of %d", *writes, wanted)
	}
}

func TestConflictIsTriedAgain(t *testing.T) {
	cluster, writes := server(t, conflict, conflict, nil)
	_, err := cluster.SetPodLabels("z", "b", map[string]string{"pod": "b"})
	expect(t, err, true, writes, 3)
}

func TestConflictForeverIsAnError(t *testing.T) {
	cluster, writes := server(t, conflict)
	_, err := cluster.SetPodLabels("z", "b", nil)
	expect(t, err, false, writes, tries.Steps)
	if !apierrors.IsConflict(err) {
		t.Errorf("not what the server said: %v", err)
	}
}

func TestNoIsNotAskedAgain(t *testing.T) {
	cluster, writes := server(t, forbidden)
	_, err := cluster.SetPodLabels("z", "b", nil)
	expect(t, err, false, writes, 1)
	cluster, writes = server(t, exists)
	_, err = cluster.CreatePod(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "z", Name: "b"}})
	expect(t, err, false, writes, 1)
	cluster, writes = server(t, missing)
	expect(t, cluster.DeletePod("z", "b"), false, writes, 1)
}

func TestLostAnswerOfAWriteThatWasDone(t *testing.T) {
	cluster, writes := server(t, busy, exists)
	pod, err := cluster.CreatePod(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "z", Name: "b"}})
	expect(t, err, true, writes, 2)
	if pod == nil || pod.Name != "b" {
		t.Errorf("not the pod that is there: %v", pod)
	}
	cluster, writes = server(t, busy, missing)
	expect(t, cluster.DeletePod("z", "b"), true, writes, 2)
}
