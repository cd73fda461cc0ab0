// Command gitops keeps a cluster as a folder of manifests says, as an Argo CD Application with automated synchronisation does
// (syncPolicy.automated: prune and selfHeal), by Argo CD's own engine: cache, diff, health, waves and hooks. Around the engine it
// does what Argo CD's application controller does: it marks what it manages (argocd.argoproj.io/tracking-id), takes health from
// the Lua script of argocd-cm, and synchronises what is out of sync, a failed revision only once.
//
// For each change it prints one line of JSON. It ends when its standard input does.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"imagespec.dev/tools/cluster/argolua/vm"
)

const tracking = "argocd.argoproj.io/tracking-id"

// resource is one object of the application, as Argo CD lists it.
type resource struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Sync   string `json:"sync"`
	Health string `json:"health"`
	// Message of the health.
	Message string `json:"message"`
}

// report is the state of the application.
type report struct {
	Sync      string `json:"sync"`
	Health    string `json:"health"`
	Operation string `json:"operation"`
	Message   string `json:"message"`
	Revision  string `json:"revision"`
	// Syncs counts operations that were started.
	Syncs     int        `json:"syncs"`
	Resources []resource `json:"resources"`
}

type application struct {
	name      string
	namespace string
	folder    string
	lua       string
	config    *rest.Config
	cache     cache.ClusterCache
	kubectl   kube.Kubectl

	operation sync.SyncContext
	cleanup   func()
	revision  string
	failed    string
	last      report
	printed   []byte
}

// GetResourceHealth is the override that Argo CD takes from argocd-cm.
func (a *application) GetResourceHealth(object *unstructured.Unstructured) (*health.HealthStatus, error) {
	if object.GroupVersionKind().Group != "imagespec.dev" {
		return nil, nil
	}
	found, err := vm.HealthOf(object.Object, a.lua, vm.Few)
	if err != nil || found == nil {
		return nil, err
	}
	return &health.HealthStatus{Status: health.HealthStatusCode(found.Status), Message: found.Message}, nil
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the cluster")
	namespace := flag.String("namespace", "", "namespace of manifests that name none")
	name := flag.String("application", "", "name of the application")
	folder := flag.String("folder", "", "folder of manifests: what Git holds")
	script := flag.String("health", "", "health script of ImageSpecs")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	check(err)
	lua, err := os.ReadFile(*script)
	check(err)
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	a := newApplication(config, *name, *namespace, *folder, string(lua))
	check(a.cache.EnsureSynced())
	for {
		check(a.step())
		select {
		case <-ended:
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func newApplication(config *rest.Config, name, namespace, folder, lua string) *application {
	log := logr.Discard()
	a := &application{name: name, namespace: namespace, folder: folder, lua: lua, config: config}
	a.kubectl = &kube.KubectlCmd{Log: log, Tracer: tracing.NopTracer{}}
	a.cache = cache.NewClusterCache(config, cache.SetLogr(log), cache.SetPopulateResourceInfoHandler(
		func(object *unstructured.Unstructured, _ bool) (any, bool) {
			managed := a.manages(object)
			return managed, managed
		}))
	return a
}

// As Argo CD: a copy of the annotation on another object counts for nothing.
func (a *application) manages(object *unstructured.Unstructured) bool {
	return object.GetAnnotations()[tracking] == a.mark(object)
}

func (a *application) mark(object *unstructured.Unstructured) string {
	kind := object.GroupVersionKind().GroupKind()
	return fmt.Sprintf("%s:%s/%s:%s/%s", a.name, kind.Group, kind.Kind, object.GetNamespace(), object.GetName())
}

// targets reads what Git holds, and its revision.
func (a *application) targets() ([]*unstructured.Unstructured, string, error) {
	paths, err := filepath.Glob(filepath.Join(a.folder, "*.yaml"))
	if err != nil {
		return nil, "", err
	}
	hash := sha256.New()
	var found []*unstructured.Unstructured
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, "", err
		}
		_, _ = hash.Write(text)
		objects, err := kube.SplitYAML(text)
		if err != nil {
			return nil, "", err
		}
		found = append(found, objects...)
	}
	for _, object := range found {
		namespaced, err := a.cache.IsNamespaced(object.GroupVersionKind().GroupKind())
		// The kind of a CRD of the same folder is unknown until it is established.
		if object.GetNamespace() == "" && (err != nil || namespaced) {
			object.SetNamespace(a.namespace)
		}
		annotations := object.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[tracking] = a.mark(object)
		object.SetAnnotations(annotations)
	}
	return found, hex.EncodeToString(hash.Sum(nil))[:12], nil
}

func (a *application) step() error {
	targets, revision, err := a.targets()
	if err != nil {
		return err
	}
	live, err := a.cache.GetManagedLiveObjs(targets, func(r *cache.Resource) bool {
		managed, _ := r.Info.(bool)
		return managed
	})
	if err != nil {
		return err
	}
	result := sync.Reconcile(targets, live, a.namespace, a.cache)
	differences, err := diff.DiffArray(result.Target, result.Live, diff.WithLogr(logr.Discard()))
	if err != nil {
		return err
	}
	now := report{Sync: "Synced", Health: "Healthy", Operation: a.last.Operation, Message: a.last.Message,
		Revision: revision, Syncs: a.last.Syncs}
	for index, target := range result.Target {
		one := a.look(target, result.Live[index], differences.Diffs[index].Modified)
		if one.Sync != "Synced" {
			now.Sync = "OutOfSync"
		}
		if one.Health != "" && health.IsWorse(health.HealthStatusCode(now.Health), health.HealthStatusCode(one.Health)) {
			now.Health = one.Health
		}
		now.Resources = append(now.Resources, one)
	}
	slices.SortFunc(now.Resources, func(x, y resource) int { return strings.Compare(x.Kind+x.Name, y.Kind+y.Name) })
	if err := a.synchronise(&now, result); err != nil {
		return err
	}
	a.last = now
	return a.print()
}

func (a *application) look(target, live *unstructured.Unstructured, modified bool) resource {
	object := target
	if object == nil {
		object = live
	}
	one := resource{Kind: object.GetKind(), Name: object.GetName(), Sync: "Synced"}
	switch {
	case live == nil:
		one.Sync, one.Health = "OutOfSync", "Missing"
		return one
	case target == nil || modified:
		one.Sync = "OutOfSync"
	}
	if found, _ := health.GetResourceHealth(live, a); found != nil {
		one.Health, one.Message = string(found.Status), found.Message
	}
	return one
}

// synchronise starts an operation where the application is out of sync, and goes on with one that runs.
func (a *application) synchronise(now *report, result sync.ReconciliationResult) error {
	if a.operation == nil {
		if now.Sync == "Synced" || a.failed == now.Revision {
			return nil
		}
		operation, cleanup, err := sync.NewSyncContext(now.Revision, result, a.config, a.config, a.kubectl, a.namespace,
			sync.WithPrune(true), sync.WithHealthOverride(a), sync.WithLogr(logr.Discard()))
		if err != nil {
			return err
		}
		a.operation, a.cleanup, a.revision = operation, cleanup, now.Revision
		now.Syncs++
	}
	a.operation.Sync()
	phase, message, _ := a.operation.GetState()
	now.Operation, now.Message = string(phase), message
	// A push to Git ends an operation that still waits, as a person would do who wants the new revision.
	if !phase.Completed() && now.Revision != a.revision {
		a.operation.Terminate()
		now.Operation = "Terminated"
		phase = common.OperationFailed
	}
	if phase.Completed() {
		if !phase.Successful() {
			a.failed = a.revision
		}
		a.cleanup()
		a.operation = nil
	}
	return nil
}

func (a *application) print() error {
	text, err := json.Marshal(a.last)
	if err != nil || bytes.Equal(text, a.printed) {
		return err
	}
	a.printed = text
	_, err = fmt.Printf("%s\n", text)
	return err
}

func check(err error) {
	if err != nil && err != context.Canceled {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
