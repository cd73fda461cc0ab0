-- The operator records a request that it finds on an object that it sees for the first time, without acting on it; and what
-- comes before the operator's answer to an edit or to an earlier request is not known. Nothing is offered until then.
local handled = {
  ["imagespec.dev/rebuild"] = "lastHandledRebuild",
  ["imagespec.dev/retry"] = "lastHandledRetry",
  ["imagespec.dev/cancel"] = "lastHandledCancel",
}

local status = obj.status or {}
local annotations = obj.metadata.annotations or {}
local suspended = obj.spec.suspend == true
local seen = status.observedGeneration == obj.metadata.generation

local ready = nil
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then
    ready = condition
  end
end

local known = seen and ready ~= nil
for annotation, field in pairs(handled) do
  if annotations[annotation] ~= nil and annotations[annotation] ~= status[field] then
    known = false
  end
end

local rebuild, retry, cancel = false, false, false
if known then
  local reason = ready.reason
  local wantsAnotherSpec = reason == "InvalidSpec" or reason == "PolicyViolation"
  local underWay = ready.status == "Unknown" and reason ~= "Suspended"
  local build = status.build
  local building = reason == "Queued" or reason == "Building" or reason == "Retrying"
    or (build ~= nil and build.completionTime == nil and build.image == nil)
  rebuild = not suspended and not wantsAnotherSpec
  retry = not suspended and not wantsAnotherSpec and (ready.status == "False" or reason == "Retrying")
  cancel = underWay and building
end

return {
  ["rebuild"] = { ["disabled"] = not rebuild, ["iconClass"] = "fa fa-fw fa-hammer" },
  ["retry"] = { ["disabled"] = not retry, ["iconClass"] = "fa fa-fw fa-redo" },
  ["cancel"] = { ["disabled"] = not cancel, ["iconClass"] = "fa fa-fw fa-ban" },
  ["suspend"] = { ["disabled"] = suspended, ["iconClass"] = "fa fa-fw fa-pause-circle" },
  ["resume"] = { ["disabled"] = not suspended, ["iconClass"] = "fa fa-fw fa-play-circle" },
}
