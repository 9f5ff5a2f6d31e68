{{- define "stoa.name" -}}
{{- if contains "stoa" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-stoa{{ end }}
{{- end }}

{{- define "stoa.selector" -}}
app.kubernetes.io/name: stoa
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "stoa.labels" -}}
{{ include "stoa.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "stoa.secret" -}}
{{ .Values.existingSecret | default (include "stoa.name" .) }}
{{- end }}
