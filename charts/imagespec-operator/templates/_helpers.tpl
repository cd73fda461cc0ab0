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
