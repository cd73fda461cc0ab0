-- Ends the build that waits or runs; the last good image stays. Each new value asks once, so it comes from what changes with each write.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["imagespec.dev/cancel"] = "argocd-" .. obj.metadata.resourceVersion
return obj
