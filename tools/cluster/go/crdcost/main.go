// Command crdcost prints what the API server estimates the CEL rules of a CRD to cost, as JSON: it reads the CRD on
// standard input and does what the server's validation of a CRD does (apiextensions-apiserver, pkg/apis/apiextensions/validation).
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/yaml"
)

// rule is one rule at one place of the schema. The cost is for the largest number of objects that may exist.
type rule struct {
	Place string `json:"place"`
	Index int    `json:"index"`
	Cost  uint64 `json:"cost"`
}

type report struct {
	Rules      []rule `json:"rules"`
	Total      uint64 `json:"total"`
	RuleLimit  uint64 `json:"ruleLimit"`
	TotalLimit uint64 `json:"totalLimit"`
}

func main() {
	found, err := measure(os.Stdin)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(in io.Reader) (*report, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, crd); err != nil {
		return nil, err
	}
	found := &report{
		RuleLimit:  validation.StaticEstimatedCostLimit,
		TotalLimit: validation.StaticEstimatedCRDCostLimit,
	}
	for _, version := range crd.Spec.Versions {
		schema := &apiextensions.JSONSchemaProps{}
		err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(
			version.Schema.OpenAPIV3Schema, schema, nil)
		if err != nil {
			return nil, err
		}
		if err := found.walk("", schema, validation.RootCELContext(schema)); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (r *report) walk(place string, schema *apiextensions.JSONSchemaProps, at *validation.CELSchemaContext) error {
	if err := r.observe(place, schema, at); err != nil {
		return err
	}
	for name, child := range schema.Properties {
		path := name
		if place != "" {
			path = place + "." + name
		}
		if err := r.walk(path, &child, at.ChildPropertyContext(&child, name)); err != nil {
			return err
		}
	}
	if items := schema.Items; items != nil && items.Schema != nil {
		if err := r.walk(place+"[]", items.Schema, at.ChildItemsContext(items.Schema)); err != nil {
			return err
		}
	}
	if values := schema.AdditionalProperties; values != nil && values.Schema != nil {
		if err := r.walk(place+"{}", values.Schema, at.ChildAdditionalPropertiesContext(values.Schema)); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) observe(place string, schema *apiextensions.JSONSchemaProps, at *validation.CELSchemaContext) error {
	if len(schema.XValidations) == 0 {
		return nil
	}
	info, err := at.TypeInfo()
	if err != nil || info == nil {
		return fmt.Errorf("%s: no type: %w", place, err)
	}
	base := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
	results, err := cel.Compile(info.Schema, info.DeclType, celconfig.PerCallLimit, base, cel.StoredExpressionsEnvLoader())
	if err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	if at.MaxCardinality == nil {
		return fmt.Errorf("%s: there is no bound on how many there are", place)
	}
	for index, result := range results {
		if result.Error != nil {
			return fmt.Errorf("%s, rule %d: %s", place, index, result.Error.Detail)
		}
		cost := result.MaxCost * *at.MaxCardinality
		r.Rules = append(r.Rules, rule{Place: place, Index: index, Cost: cost})
		r.Total += cost + result.MessageExpressionMaxCost
	}
	return nil
}
