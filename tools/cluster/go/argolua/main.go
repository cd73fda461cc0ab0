// Command argolua runs Lua scripts as Argo CD does: for each line of JSON on standard input, a script with the object that
// it reads, it prints one line of JSON with what Argo CD makes of the script's answer, or its error.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"imagespec.dev/tools/cluster/argolua/vm"
)

type question struct {
	// Do is health, discover or act.
	Do string `json:"do"`
	// Libraries is few (argocd-cm) or all (a script that is part of Argo CD).
	Libraries string         `json:"libraries"`
	Script    string         `json:"script"`
	Object    map[string]any `json:"object"`
}

type answer struct {
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<22)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		asked := question{}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fail(err)
		}
		value, err := ask(asked)
		said := answer{Value: value}
		if err != nil {
			said = answer{Error: err.Error()}
		}
		if err := out.Encode(said); err != nil {
			fail(err)
		}
	}
	if err := lines.Err(); err != nil {
		fail(err)
	}
}

func ask(asked question) (any, error) {
	libraries := vm.Few
	if asked.Libraries == "all" {
		libraries = vm.All
	}
	switch asked.Do {
	case "health":
		found, err := vm.HealthOf(asked.Object, asked.Script, libraries)
		if found == nil {
			return nil, err
		}
		return found, err
	case "discover":
		return vm.Discover(asked.Object, asked.Script, libraries)
	case "act":
		return vm.Act(asked.Object, asked.Script, libraries)
	}
	return nil, fmt.Errorf("unknown question %q", asked.Do)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
