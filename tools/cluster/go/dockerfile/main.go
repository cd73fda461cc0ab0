// Command dockerfile reads Dockerfiles as Kaniko does, with BuildKit's parser: for each text on standard input, a line with
// a JSON string, it prints a line of JSON with the instructions, or why there are none.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

type instruction struct {
	Keyword string   `json:"keyword"`
	First   int      `json:"first"`
	Last    int      `json:"last"`
	Flags   []string `json:"flags"`
	Words   []string `json:"words"`
}

type answer struct {
	// Error of one of the two steps; empty when both read the text.
	Error        string        `json:"error"`
	Instructions []instruction `json:"instructions"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	buffered := bufio.NewWriter(os.Stdout)
	out := json.NewEncoder(buffered)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := out.Encode(read(text)); err != nil {
			os.Exit(1)
		}
	}
	if lines.Err() != nil || buffered.Flush() != nil {
		os.Exit(1)
	}
}

// As in Kaniko's pkg/dockerfile, Parse. What ends Kaniko, such as a comment with a lint rule, is an error here.
func read(text string) (found answer) {
	defer func() {
		if fault := recover(); fault != nil {
			found.Error = fmt.Sprint("panic: ", fault)
		}
	}()
	result, err := parser.Parse(bytes.NewReader([]byte(text)))
	if err != nil {
		return answer{Error: err.Error(), Instructions: []instruction{}}
	}
	found.Instructions = []instruction{}
	for _, node := range result.AST.Children {
		one := instruction{node.Value, node.StartLine, node.EndLine, listed(node.Flags), words(node)}
		found.Instructions = append(found.Instructions, one)
	}
	if _, _, err := instructions.Parse(result.AST, &linter.Linter{}); err != nil {
		found.Error = err.Error()
	}
	return found
}

// What follows the flags; of ONBUILD, also the keyword and the flags of what it holds.
func words(node *parser.Node) []string {
	found := []string{}
	for next := node.Next; next != nil; next = next.Next {
		if len(next.Children) == 1 {
			child := next.Children[0]
			found = append(found, child.Value)
			found = append(found, child.Flags...)
			found = append(found, words(child)...)
			continue
		}
		found = append(found, next.Value)
	}
	return found
}

func listed(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
