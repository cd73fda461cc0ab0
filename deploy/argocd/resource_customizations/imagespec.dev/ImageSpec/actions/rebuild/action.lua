-- Builds without the layer cache, on a base that is looked up again. Each new value asks once, so it comes from what changes with each write.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["imagespec.dev/rebuild"] = "argocd-" .. obj.metadata.resourceVersion
return obj
