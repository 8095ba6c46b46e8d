{{- define "foresail.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "foresail.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "foresail.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "foresail.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "foresail.labels" -}}
{{ include "foresail.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "foresail.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{/* Rules for what it reads and writes where it serves GoodputScalers: files/permissions.yaml, the kinds of targets, the named Secrets. */}}
{{- define "foresail.watchedRules" -}}
{{- $permissions := .Files.Get "files/permissions.yaml" | fromYaml -}}
{{ toYaml $permissions.watchedNamespace }}
{{- range $target := .Values.scaleTargets }}
{{- range $rule := $permissions.scaleTarget }}
- apiGroups: [{{ $target.group | quote }}]
  resources: [{{ printf "%s%s" $target.resource $rule.subresource | quote }}]
  verbs: {{ toJson $rule.verbs }}
{{- end }}
{{- end }}
{{- with .Values.secretNames }}
- apiGroups: [""]
  resources: ["secrets"]
  resourceNames: {{ toJson . }}
  verbs: {{ toJson $permissions.secret.verbs }}
{{- end }}
{{- end -}}
