{{- define "headgate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Also the Service's name, which may have no dot as a release's may. */}}
{{- define "headgate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "headgate.name" . -}}
{{- $release := .Release.Name | replace "." "-" -}}
{{- if contains $name $release -}}
{{- $release | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" $release $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "headgate.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "headgate.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "headgate.selectorLabels" -}}
app.kubernetes.io/name: {{ include "headgate.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "headgate.ownLabels" -}}
{{ include "headgate.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* Labels as YAML: those of the template .own, those of the map .more, the user's commonLabels. Each name once, or the
     manifest would have a key twice; the first that has it wins, so that nobody takes the pods from the Service. */}}
{{- define "headgate.labelled" -}}
{{- toYaml (merge (include .own .root | fromYaml) (.more | default dict) (.root.Values.commonLabels | default dict)) -}}
{{- end -}}

{{- define "headgate.labels" -}}
{{- include "headgate.labelled" (dict "root" . "own" "headgate.ownLabels") -}}
{{- end -}}

{{/* Not those of the release's pods, or the Service would send requests to the pod of helm test. */}}
{{- define "headgate.testLabels" -}}
app.kubernetes.io/name: {{ include "headgate.name" . | trunc 58 | trimSuffix "-" }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "headgate.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Whether the chart makes the management port's credentials: not where there is a Secret of the user's, nor where
     they stand in the configuration. */}}
{{- define "headgate.ownCredentials" -}}
{{- if not (or .Values.management.existingSecret (dig "headgate" "management" "password" "" (.Values.config | default dict))) -}}
true
{{- end -}}
{{- end -}}

{{- define "headgate.managementSecret" -}}
{{- default (printf "%s-management" (include "headgate.fullname" .)) .Values.management.existingSecret -}}
{{- end -}}

{{/* Whether the chart makes the key of sticky cookies: as with the management port's credentials. */}}
{{- define "headgate.ownStickyKey" -}}
{{- if not (or .Values.sticky.existingSecret (dig "headgate" "sticky" "key" "" (.Values.config | default dict))) -}}
true
{{- end -}}
{{- end -}}

{{- define "headgate.stickySecret" -}}
{{- default (printf "%s-sticky" (include "headgate.fullname" .)) .Values.sticky.existingSecret -}}
{{- end -}}
