{{/* What the chart reads from the user's configuration. */}}

{{/* The application.yml: the user's configuration, laid over an SSL bundle for each entry of tls and, where the L7
     port has TLS, a management port without: Boot would give it the certificate and the client authentication of the
     L7 port, which the node's probes cannot pass. With a management.server.ssl of his own the user decides. */}}
{{- define "headgate.config" -}}
{{- $bundles := dict -}}
{{- range $name, $tls := .Values.tls -}}
{{- $folder := printf "/etc/headgate-tls/%s" $name -}}
{{- $bundle := dict "reload-on-update" true -}}
{{- if ne $tls.keyStore false -}}
{{- $_ := set $bundle "keystore" (dict "certificate" (printf "%s/tls.crt" $folder) "private-key" (printf "%s/tls.key" $folder)) -}}
{{- end -}}
{{- if $tls.trustStore -}}
{{- $_ := set $bundle "truststore" (dict "certificate" (printf "%s/ca.crt" $folder)) -}}
{{- end -}}
{{- $_ := set $bundles $name $bundle -}}
{{- end -}}
{{- $config := deepCopy (.Values.config | default dict) -}}
{{- if $bundles -}}
{{- $config = mergeOverwrite (dict "spring" (dict "ssl" (dict "bundle" (dict "pem" $bundles)))) $config -}}
{{- end -}}
{{- if and (dig "server" "ssl" dict $config) (not (dig "management" "server" "ssl" dict $config)) -}}
{{- $config = mergeOverwrite (dict "management" (dict "server" (dict "ssl" (dict "enabled" false)))) $config -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* HTTP or HTTPS, by Boot's settings of TLS for a port. */}}
{{- define "headgate.scheme" -}}
{{- if and . (ne (toString .enabled) "false") -}}HTTPS{{- else -}}HTTP{{- end -}}
{{- end -}}

{{/* For the probes and Prometheus. */}}
{{- define "headgate.managementScheme" -}}
{{- include "headgate.scheme" (dig "management" "server" "ssl" dict (.Values.config | default dict)) -}}
{{- end -}}

{{- define "headgate.httpPort" -}}
{{- dig "server" "port" 8080 (.Values.config | default dict) | int -}}
{{- end -}}

{{- define "headgate.httpName" -}}
{{- include "headgate.scheme" (dig "server" "ssl" dict (.Values.config | default dict)) | lower -}}
{{- end -}}

{{- define "headgate.managementPort" -}}
{{- dig "management" "server" "port" 9090 (.Values.config | default dict) | int -}}
{{- end -}}

{{/* The ports that clients may reach, as a YAML list under "ports": name, number, transport (TCP or UDP), and whether
     it is the L7 port. A listener on loopback is for the pod's own containers and is left out. "lowest" is the lowest
     port of all, those on loopback and the management port with them. */}}
{{- define "headgate.ports" -}}
{{- if eq (include "headgate.httpPort" .) (include "headgate.managementPort" .) -}}
{{- fail (printf "config.management.server.port: %s (expected: another port than config.server.port, which clients reach)" (include "headgate.managementPort" .)) -}}
{{- end -}}
{{- $ports := list (dict "name" (include "headgate.httpName" .) "number" (include "headgate.httpPort" . | int) "transport" "TCP" "http" true) -}}
{{- $taken := dict (printf "TCP/%s" (include "headgate.httpPort" .)) "server.port" -}}
{{- $_ := set $taken (printf "TCP/%s" (include "headgate.managementPort" .)) "management.server.port" -}}
{{- $names := dict -}}
{{- $lowest := min (include "headgate.httpPort" . | int) (include "headgate.managementPort" . | int) -}}
{{- range $name, $listener := dig "headgate" "listeners" dict (.Values.config | default dict) -}}
{{- $path := printf "config.headgate.listeners.%s" $name -}}
{{- $bind := toString (get $listener "bind") -}}
{{- if not (regexMatch "^.+:[0-9]+$" $bind) -}}
{{- fail (printf "%s.bind: %s (expected: ADDRESS:PORT with the port as a number, because the Service needs it)" $path $bind) -}}
{{- end -}}
{{- $number := regexFind "[0-9]+$" $bind | int -}}
{{- if or (lt $number 1) (gt $number 65535) -}}
{{- fail (printf "%s.bind: %s (expected: a port from 1 to 65535)" $path $bind) -}}
{{- end -}}
{{- $lowest = min $lowest $number -}}
{{- $protocol := $listener.protocol | default "tcp" | lower -}}
{{- if not (has $protocol (list "tcp" "udp" "http")) -}}
{{- fail (printf "%s.protocol: %s (expected: tcp, udp or http)" $path $protocol) -}}
{{- end -}}
{{- $transport := ternary "UDP" "TCP" (eq $protocol "udp") -}}
{{- if not (regexMatch "^(127\\.|localhost:|\\[?::1\\]?:)" $bind) -}}
{{- $key := printf "%s/%d" $transport $number -}}
{{- if hasKey $taken $key -}}
{{- fail (printf "%s.bind: %s (expected: a port that %s does not have)" $path $bind (get $taken $key)) -}}
{{- end -}}
{{- $_ := set $taken $key $path -}}
{{- $label := printf "%s-%s" $protocol $name | trunc 63 | trimSuffix "-" -}}
{{- if hasKey $names $label -}}
{{- fail (printf "%s: %s (expected: a name that differs from %s in its first 59 characters, which the Service's port gets)" "config.headgate.listeners" $name (get $names $label)) -}}
{{- end -}}
{{- $_ := set $names $label $name -}}
{{- $ports = append $ports (dict "name" $label "number" $number "transport" $transport "http" false) -}}
{{- end -}}
{{- end -}}
{{- toYaml (dict "ports" $ports "lowest" $lowest) -}}
{{- end -}}

{{/* The user's security context of the pod. For a port below 1024 the unprivileged user needs a sysctl, one of those that
     Kubernetes holds for safe and the restricted profile allows; the user's own value of it stays. In the node's network
     no pod may set it: there the pod is root. */}}
{{- define "headgate.podSecurityContext" -}}
{{- $context := deepCopy (.Values.podSecurityContext | default dict) -}}
{{- $lowest := (include "headgate.ports" . | fromYaml).lowest | int -}}
{{- $name := "net.ipv4.ip_unprivileged_port_start" -}}
{{- $there := false -}}
{{- range $context.sysctls -}}
{{- $there = or $there (eq .name $name) -}}
{{- end -}}
{{- if .Values.kernel.enabled -}}
{{- $_ := set $context "runAsNonRoot" false -}}
{{- $_ := set $context "runAsUser" 0 -}}
{{- $_ := set $context "runAsGroup" 0 -}}
{{- else if and (lt $lowest 1024) (not $there) -}}
{{- $sysctl := dict "name" $name "value" (toString $lowest) -}}
{{- $_ := set $context "sysctls" (append ($context.sysctls | default list) $sysctl) -}}
{{- end -}}
{{- toYaml $context -}}
{{- end -}}

{{/* The user's security context of the container. The kernel's engine writes rules (NET_ADMIN), and the pod's sysctl for
     low ports is not there (NET_BIND_SERVICE). */}}
{{- define "headgate.securityContext" -}}
{{- $context := deepCopy (.Values.securityContext | default dict) -}}
{{- if .Values.kernel.enabled -}}
{{- $capabilities := $context.capabilities | default dict -}}
{{- $added := concat ($capabilities.add | default list) (list "NET_ADMIN" "NET_BIND_SERVICE") | uniq -}}
{{- $_ := set $capabilities "add" $added -}}
{{- $_ := set $context "capabilities" $capabilities -}}
{{- end -}}
{{- toYaml $context -}}
{{- end -}}

{{/* Where the management port listens; empty for the pod's address. The node's address would open it to all who reach the
     node, because no NetworkPolicy holds there. */}}
{{- define "headgate.managementAddress" -}}
{{- .Values.managementAddress | default (ternary "127.0.0.1" "" .Values.kernel.enabled) -}}
{{- end -}}

{{/* Refuses a listener that the pod could not serve, and a root pod that nothing needs. */}}
{{- define "headgate.checkKernel" -}}
{{- $asked := false -}}
{{- range $name, $listener := dig "headgate" "listeners" dict (.Values.config | default dict) -}}
{{- $engine := $listener.engine | default "relay" | lower -}}
{{- if and (eq $engine "kernel") (not $.Values.kernel.enabled) -}}
{{- fail (printf "config.headgate.listeners.%s.engine: kernel (expected: kernel.enabled: true, which gives the pod the node's network and NET_ADMIN; or auto)" $name) -}}
{{- end -}}
{{- $asked = or $asked (has $engine (list "kernel" "auto")) -}}
{{- end -}}
{{- if and .Values.kernel.enabled (not $asked) -}}
{{- fail "kernel.enabled: true (expected: a listener in config.headgate.listeners with engine: kernel or auto; otherwise the pod needs neither the node's network nor root)" -}}
{{- end -}}
{{- end -}}

{{/* A duration of Spring's in whole seconds, rounded up: 10s, 500ms, 2m; PT1M30S is refused. Arguments: path, value. */}}
{{- define "headgate.seconds" -}}
{{- $text := toString .value -}}
{{- if not (regexMatch "^[0-9]+(ms|s|m|h)?$" $text) -}}
{{- fail (printf "%s: %s (expected: a number with ms, s, m or h, or else a terminationGracePeriodSeconds)" .path $text) -}}
{{- end -}}
{{- $number := regexFind "^[0-9]+" $text | int -}}
{{- $unit := regexFind "[a-z]+$" $text -}}
{{- if eq $unit "h" -}}{{- mul $number 3600 -}}
{{- else if eq $unit "m" -}}{{- mul $number 60 -}}
{{- else if eq $unit "s" -}}{{- $number -}}
{{- else -}}{{- div (add $number 999) 1000 -}}
{{- end -}}
{{- end -}}

{{/* Time from the pod's deletion to SIGKILL: a preStop's sleep, the delay in which connections are still accepted, the time for requests, the time
     for L4 connections (they may come after each other), and 10 seconds for the JVM's own end. What the configuration
     does not say has the default of the jar. */}}
{{- define "headgate.gracePeriod" -}}
{{- if not (kindIs "invalid" .Values.terminationGracePeriodSeconds) -}}
{{- .Values.terminationGracePeriodSeconds | int -}}
{{- else -}}
{{- $config := .Values.config | default dict -}}
{{- $delay := include "headgate.seconds" (dict "path" "config.headgate.shutdown.delay" "value" (dig "headgate" "shutdown" "delay" "0s" $config)) | int -}}
{{- $drain := include "headgate.seconds" (dict "path" "config.headgate.shutdown.drain-timeout" "value" (dig "headgate" "shutdown" "drain-timeout" "30s" $config)) | int -}}
{{- $requests := include "headgate.seconds" (dict "path" "config.spring.lifecycle.timeout-per-shutdown-phase" "value" (dig "spring" "lifecycle" "timeout-per-shutdown-phase" "30s" $config)) | int -}}
{{- $sleep := dig "sleep" "seconds" 0 (.Values.preStop | default dict) | int -}}
{{- add $sleep $delay $requests $drain 10 -}}
{{- end -}}
{{- end -}}
