-- ImageSpec follows kstatus: Ready, and while they hold Reconciling or Stalled. Its own reasons are words in messages only, so
-- that a new reason needs no change here.

-- Before the operator has seen this version, the conditions are those of an older one.
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "The operator has not seen this version yet" }
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions or {}) do
  conditions[condition.type] = condition
end

local ready = conditions["Ready"]
if ready == nil then
  return { status = "Progressing", message = "The operator has reported no condition yet" }
end

local hs = { status = "Progressing", message = ready.reason .. ": " .. ready.message }
if ready.status == "True" then
  hs.status = "Healthy"
elseif conditions["Stalled"] ~= nil and conditions["Stalled"].status == "True" then
  hs.status = "Degraded"
elseif ready.reason == "Suspended" then
  -- Work is left and spec.suspend keeps it from starting. A suspended ImageSpec whose image is good stays Healthy.
  hs.status = "Suspended"
end
return hs
