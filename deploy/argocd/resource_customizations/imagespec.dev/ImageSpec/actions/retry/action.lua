-- Makes another attempt, with the layer cache. Each new value asks once, so it comes from what changes with each write.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["imagespec.dev/retry"] = "argocd-" .. obj.metadata.resourceVersion
return obj
