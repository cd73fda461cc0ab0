-- The operator records a request that it finds on an object that it sees for the first time, without acting on it; and what
-- comes before the operator's answer to an edit or to an earlier request is not known. Nothing is offered until then.
local handled = {
  ["imagespec.dev/rebuild"] = "lastHandledRebuild",
  ["imagespec.dev/retry"] = "lastHandledRetry",
  ["imagespec.dev/launch"] = "lastHandledLaunch",
  ["imagespec.dev/cancel"] = "lastHandledCancel",
}

local status = obj.status or {}
local annotations = obj.metadata.annotations or {}
local suspended = obj.spec.suspend == true
local seen = status.observedGeneration == obj.metadata.generation

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local ready = conditions["Ready"]

local known = seen and ready ~= nil
for annotation, field in pairs(handled) do
  if annotations[annotation] ~= nil and annotations[annotation] ~= status[field] then
    known = false
  end
end

local rebuild, retry, launch, cancel = false, false, false, false
if known then
  local reason = ready.reason
  local wantsAnotherSpec = reason == "InvalidSpec" or reason == "PolicyViolation"
  local underWay = ready.status == "Unknown" and reason ~= "Suspended"
  local build = status.build
  local building = reason == "Queued" or reason == "Building" or reason == "Retrying"
    or (build ~= nil and build.completionTime == nil and build.image == nil)
  rebuild = not suspended and not wantsAnotherSpec
  retry = not suspended and not wantsAnotherSpec and (ready.status == "False" or reason == "Retrying")
  local verdict = conditions["JupyterHubCompatible"]
  launch = not suspended and status.image ~= nil
    and (obj.spec.jupyterHub == nil or obj.spec.jupyterHub.policy ~= "Skip")
    and (verdict == nil or verdict.reason ~= "ProbeDisabled")
  cancel = underWay and building
end

return {
  ["rebuild"] = { ["disabled"] = not rebuild, ["iconClass"] = "fa fa-fw fa-hammer" },
  ["retry"] = { ["disabled"] = not retry, ["iconClass"] = "fa fa-fw fa-redo" },
  ["launch"] = { ["disabled"] = not launch, ["iconClass"] = "fa fa-fw fa-rocket" },
  ["cancel"] = { ["disabled"] = not cancel, ["iconClass"] = "fa fa-fw fa-ban" },
  ["suspend"] = { ["disabled"] = suspended, ["iconClass"] = "fa fa-fw fa-pause-circle" },
  ["resume"] = { ["disabled"] = not suspended, ["iconClass"] = "fa fa-fw fa-play-circle" },
}
