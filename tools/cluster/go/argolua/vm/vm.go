// Package vm runs the Lua scripts of Argo CD's argocd-cm as Argo CD does (util/lua/lua.go and oslib_safe.go of version
// 3.6.1): the same libraries, globals and time limit, and the same reading of what a script returns. Its own package
// would bring the whole of Argo CD with it.
package vm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"
	luajson "layeh.com/gopher-json"
)

// Libraries says which libraries a script has.
type Libraries int

const (
	// Few: what a script of argocd-cm has, without resource.customizations.useOpenLibs.
	Few Libraries = iota
	// All: what a script has that is part of Argo CD.
	All
)

// Health is what Argo CD shows of a resource.
type Health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

var statuses = []string{"Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"}

// HealthOf runs a health script. Nil: the script has no answer, which Argo CD counts as healthy.
func HealthOf(object map[string]any, script string, libraries Libraries) (*Health, error) {
	value, err := run(object, script, libraries)
	if err != nil || value == lua.LNil {
		return nil, err
	}
	encoded, err := encodedTable(value)
	if err != nil {
		return nil, err
	}
	found := &Health{}
	if err := json.Unmarshal(encoded, found); err != nil {
		return nil, err
	}
	if !slices.Contains(statuses, found.Status) {
		return &Health{Status: "Unknown", Message: "Lua returned an invalid health status"}, nil
	}
	return found, nil
}

// Action is an action as Argo CD offers it.
type Action struct {
	Disabled    bool   `json:"disabled"`
	IconClass   string `json:"iconClass,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
}

// Discover runs a script that says which actions there are, by name.
func Discover(object map[string]any, script string, libraries Libraries) (map[string]Action, error) {
	value, err := run(object, script, libraries)
	if err != nil {
		return nil, err
	}
	encoded, err := encodedTable(value)
	if err != nil {
		return nil, err
	}
	found := map[string]Action{}
	// An empty table is an array.
	if string(encoded) == "[]" {
		return found, nil
	}
	return found, json.Unmarshal(encoded, &found)
}

// Act runs the script of an action that changes the object itself, and gives the changed object.
func Act(object map[string]any, script string, libraries Libraries) (map[string]any, error) {
	value, err := run(object, script, libraries)
	if err != nil {
		return nil, err
	}
	encoded, err := encodedTable(value)
	if err != nil {
		return nil, err
	}
	changed := map[string]any{}
	if err := json.Unmarshal(encoded, &changed); err != nil {
		return nil, err
	}
	return cleaned(changed, object), nil
}

func encodedTable(value lua.LValue) ([]byte, error) {
	if value.Type() != lua.LTTable {
		return nil, fmt.Errorf("expect table output from Lua script, not %s", value.Type().String())
	}
	return luajson.Encode(value)
}

func run(object map[string]any, script string, libraries Libraries) (lua.LValue, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: libraries == Few})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.TabLibName, lua.OpenTable},
		{lua.OsLibName, openSafeOs},
	} {
		call := lua.P{Fn: state.NewFunction(library.open), NRet: 0, Protect: true}
		if err := state.CallByParam(call, lua.LString(library.name)); err != nil {
			return nil, err
		}
	}
	state.PreloadModule(lua.OsLibName, func(l *lua.LState) int {
		l.Push(l.SetFuncs(l.NewTable(), safeOs))
		return 1
	})
	limited, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(limited)
	state.SetGlobal("actionParams", state.NewTable())
	state.SetGlobal("obj", decoded(state, object))
	err := state.DoString(script)
	var failed *lua.ApiError
	if errors.As(err, &failed) && failed.Type == lua.ApiErrorRun {
		failed.StackTrace = ""
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return state.Get(-1), nil
}

// Argo CD has the time of the os library and nothing that reads files or ends the process.
var safeOs = map[string]lua.LGFunction{
	"time": func(l *lua.LState) int {
		l.Push(lua.LNumber(time.Now().Unix()))
		return 1
	},
}

func openSafeOs(l *lua.LState) int {
	l.Push(l.RegisterModule(lua.TabLibName, safeOs))
	return 1
}

func decoded(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		array := state.CreateTable(len(value), 0)
		for _, item := range value {
			array.Append(decoded(state, item))
		}
		return array
	case map[string]any:
		table := state.CreateTable(0, len(value))
		for key, item := range value {
			table.RawSetH(lua.LString(key), decoded(state, item))
		}
		return table
	}
	return lua.LNil
}

// Lua has one kind of table: an empty map comes back as an empty array, which is a map again where it was one.
func cleaned(changed, before map[string]any) map[string]any {
	for key, old := range before {
		switch now := changed[key].(type) {
		case map[string]any:
			if old, is := old.(map[string]any); is {
				changed[key] = cleaned(now, old)
			}
		case []any:
			switch old := old.(type) {
			case map[string]any:
				if len(now) == 0 {
					changed[key] = map[string]any{}
				}
			case []any:
				changed[key] = cleanedList(now, old)
			}
		}
	}
	return changed
}

func cleanedList(changed, before []any) []any {
	for index := range changed {
		if index >= len(before) {
			break
		}
		switch now := changed[index].(type) {
		case map[string]any:
			if old, is := before[index].(map[string]any); is {
				changed[index] = cleaned(now, old)
			}
		case []any:
			if old, is := before[index].([]any); is {
				changed[index] = cleanedList(now, old)
			}
		}
	}
	return changed
}
