// Enforces NetworkPolicies with kube-network-policies' own controller, in the network namespace where it starts. It reads the
// objects (NetworkPolicies, Pods with addresses, Namespaces) as a Kubernetes List from its input, and judges each packet of
// netfilter queue 100.
//
// The controller's own rules need the kernel's nft_queue, which some kernels lack. It only logs that, so whoever starts this
// program sends the packets to the queue by a rule of iptables.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

type list struct {
	Items []json.RawMessage `json:"items"`
}

func objects(text []byte) ([]runtime.Object, error) {
	var read list
	if err := json.Unmarshal(text, &read); err != nil {
		return nil, err
	}
	found := []runtime.Object{}
	for _, item := range read.Items {
		object, _, err := scheme.Codecs.UniversalDeserializer().Decode(item, nil, nil)
		if err != nil {
			return nil, err
		}
		found = append(found, object)
	}
	return found, nil
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	known, err := objects(text)
	if err != nil {
		return err
	}
	client := fake.NewClientset(known...)
	shared := informers.NewSharedInformerFactory(client, 0)
	controller, err := networkpolicy.NewController(
		client,
		shared.Networking().V1().NetworkPolicies(),
		shared.Core().V1().Namespaces(),
		shared.Core().V1().Pods(),
		nil, nil, nil, nil,
		networkpolicy.Config{NodeName: "node", QueueID: 100},
	)
	if err != nil {
		return err
	}
	shared.Start(ctx.Done())
	return controller.Run(ctx)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
