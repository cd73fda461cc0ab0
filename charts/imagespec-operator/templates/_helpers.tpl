{{/* Name of the objects: the release's, with the chart's where it does not hold that already. */}}
{{- define "imagespec-operator.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "imagespec-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "imagespec-operator.labels" -}}
{{ include "imagespec-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "imagespec-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "imagespec-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: name the service account that stands in for the one of the chart (serviceAccount.create is false)" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "imagespec-operator.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The operator's configuration: the values' own, and the chart's image for the containers beside the builder. */}}
{{- define "imagespec-operator.config" -}}
{{- include "imagespec-operator.checkConfig" . -}}
{{- $images := dict "images" (dict "operator" (include "imagespec-operator.image" .)) -}}
{{- toYaml (mustMergeOverwrite $images (deepCopy (default dict .Values.config))) -}}
{{- end -}}

{{/* Namespaces whose ImageSpecs are served, as a JSON object with the key "names"; none: all. */}}
{{- define "imagespec-operator.namespaces" -}}
{{- dict "names" (default list ((.Values.config).watch).namespaces) | toJson -}}
{{- end -}}

{{/* Namespaces that get the NetworkPolicy of builds, as a JSON object with the key "names". */}}
{{- define "imagespec-operator.closedNamespaces" -}}
{{- $names := list -}}
{{- if .Values.networkPolicy.builds.enabled -}}
{{- $watched := (include "imagespec-operator.namespaces" . | fromJson).names -}}
{{- $names = concat $watched .Values.networkPolicy.builds.namespaces | uniq -}}
{{- end -}}
{{- dict "names" $names | toJson -}}
{{- end -}}

{{/* What the operator would refuse, and no JSON schema can say: Secrets that others get must not be those of pushes. */}}
{{- define "imagespec-operator.checkConfig" -}}
{{- $config := default dict .Values.config -}}
{{- $push := (($config.output).pushSecret) -}}
{{- if $push -}}
{{- if eq $push (default "" (($config.cache).secret)) -}}
{{- fail "config.cache.secret: must not be the Secret of config.output.pushSecret: build steps can read it" -}}
{{- end -}}
{{- range (($config.registries).pullSecrets) -}}
{{- if eq $push .secret -}}
{{- fail (printf "config.registries.pullSecrets (%s): must not be the Secret of config.output.pushSecret: build steps can read it" .host) -}}
{{- end -}}
{{- end -}}
{{- range (($config.jupyterHub).publish) -}}
{{- if eq $push (default "" .pullSecret) -}}
{{- fail (printf "config.jupyterHub.publish (%s): pullSecret must not be the Secret of config.output.pushSecret: the Hub's users get it" .namespace) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagespec-operator.configMap" -}}
{{- default (include "imagespec-operator.fullname" .) .Values.existingConfigMap -}}
{{- end -}}

{{/* A security context, without users and groups where OpenShift chooses them. Takes a list: the context, and the root. */}}
{{- define "imagespec-operator.securityContext" -}}
{{- $context := deepCopy (index . 0) -}}
{{- $root := index . 1 -}}
{{- $isOpenShift := $root.Capabilities.APIVersions.Has "security.openshift.io/v1" -}}
{{- $mode := $root.Values.adaptSecurityContext -}}
{{- if or (eq $mode "Force") (and (eq $mode "Auto") $isOpenShift) -}}
{{- $context = omit $context "runAsUser" "runAsGroup" "fsGroup" "supplementalGroups" -}}
{{- end -}}
{{- toYaml $context -}}
{{- end -}}

{{/* "true" where an object of the Prometheus Operator is made. Takes a list: its values, its kind, and the root. */}}
{{- define "imagespec-operator.monitors" -}}
{{- $values := index . 0 -}}
{{- $isThere := (index . 2).Capabilities.APIVersions.Has "monitoring.coreos.com/v1" -}}
{{- if $values.enabled -}}
{{- if and (eq $values.renderMode "failIfMissing") (not $isThere) -}}
{{- fail (printf "the cluster has no %s (monitoring.coreos.com/v1): install the Prometheus Operator, or set renderMode: skipIfMissing" (index . 1)) -}}
{{- end -}}
{{- if or $isThere (eq $values.renderMode "always") -}}true{{- end -}}
{{- end -}}
{{- end -}}
