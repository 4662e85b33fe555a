{{- /* What the operator may do in a namespace with data layers. deploy/operator-rbac.yaml is the same without
Helm; a test compares them. */}}
{{- define "argus-operator.rules" -}}
# The resources themselves: read them, report on them.
- apiGroups: [argus.dev]
  resources: [argusdatalayers]
  verbs: [get, list, watch]
- apiGroups: [argus.dev]
  resources: [argusdatalayers/status]
  verbs: [patch]
# An object whose owner reference says blockOwnerDeletion needs this on the owner.
- apiGroups: [argus.dev]
  resources: [argusdatalayers/finalizers]
  verbs: [update]
# What a data layer consists of.
- apiGroups: [""]
  resources: [configmaps, services, serviceaccounts, resourcequotas, limitranges]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [apps]
  resources: [statefulsets, deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [keda.sh]
  resources: [scaledobjects, triggerauthentications]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [flink.apache.org]
  resources: [flinkdeployments]
  verbs: [get, list, watch, create, patch, delete]
# Flink's own Role in each namespace. Nobody may grant more than they have (escalation check), so
# the operator holds what it grants.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods, configmaps]
  verbs: [get, list, watch, create, update, patch, delete, deletecollection]
- apiGroups: [apps]
  resources: [deployments, deployments/finalizers]
  verbs: [get, list, watch, create, update, patch, delete, deletecollection]
# Secrets by name: neither their contents nor their names are open to the operator beyond these.
- apiGroups: [""]
  resources: [secrets]
  resourceNames:
    - redpanda-superusers
    - redpanda-credentials
    - falkordb-auth
    - valkey-auth
    - keda-kafka-secrets
  verbs: [get, list, watch, create, patch, delete]
# Passwords are made with POST, so that none is ever overwritten; a POST names no object when it is
# authorized, and so this cannot be bound to names. It opens nothing to read.
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
- apiGroups: [""]
  resources: [secrets]
  resourceNames:
    {{- toYaml .Values.readableSecrets | nindent 4 }}
  verbs: [get, list, watch]
# Volumes: they grow (patch), and a claim that no volume was found for is made anew when another size
# or class is asked for (delete, with the version at which it was unbound). A bound claim is never deleted.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, patch, delete]
# What the operator tells people.
- apiGroups: [events.k8s.io, ""]
  resources: [events]
  verbs: [create, patch]
# Why the pods of a StatefulSet are refused, which only Events say.
- apiGroups: [""]
  resources: [events]
  verbs: [list]
{{- end }}

{{- /* And in the whole cluster, whatever it watches. */}}
{{- define "argus-operator.clusterRules" -}}
# Where Flink's pods reach the API server (EndpointSlice default/kubernetes), for their policy.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  resourceNames: [kubernetes]
  verbs: [get]
# Whether the storage class exists that a claim waits for.
- apiGroups: [storage.k8s.io]
  resources: [storageclasses]
  verbs: [get]
# Which optional kinds the cluster has, and word of it when that changes.
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  verbs: [get, list, watch]
{{- end }}
