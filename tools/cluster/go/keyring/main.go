// Command keyring answers which credentials the kubelet would try for an image, in its order, for each line of JSON on
// standard input: {"configs": TEXTS OF .dockerconfigjson, "image": REFERENCE}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
)

type question struct {
	Configs []string `json:"configs"`
	Image   string   `json:"image"`
}

type answer struct {
	Error string   `json:"error"`
	Users []string `json:"users"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := out.Encode(lookup(asked)); err != nil {
			os.Exit(1)
		}
	}
}

func lookup(asked question) answer {
	var all []v1.Secret
	for _, config := range asked.Configs {
		data := map[string][]byte{v1.DockerConfigJsonKey: []byte(config)}
		all = append(all, v1.Secret{Type: v1.SecretTypeDockerConfigJson, Data: data})
	}
	keyring, err := secrets.MakeDockerKeyring(all, &credentialprovider.BasicDockerKeyring{})
	if err != nil {
		return answer{Error: err.Error(), Users: []string{}}
	}
	users := []string{}
	found, _ := keyring.Lookup(asked.Image)
	for _, config := range found {
		users = append(users, config.Username+":"+config.Password)
	}
	return answer{Users: users}
}
