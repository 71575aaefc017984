{{- define "headgate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "headgate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "headgate.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
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

{{- define "headgate.labels" -}}
{{ include "headgate.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
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
{{- default (printf "%s-management" (include "headgate.fullname" . | trunc 52 | trimSuffix "-")) .Values.management.existingSecret -}}
{{- end -}}

{{/* Whether the chart makes the key of sticky cookies: as with the management port's credentials. */}}
{{- define "headgate.ownStickyKey" -}}
{{- if not (or .Values.sticky.existingSecret (dig "headgate" "sticky" "key" "" (.Values.config | default dict))) -}}
true
{{- end -}}
{{- end -}}

{{- define "headgate.stickySecret" -}}
{{- default (printf "%s-sticky" (include "headgate.fullname" . | trunc 56 | trimSuffix "-")) .Values.sticky.existingSecret -}}
{{- end -}}
