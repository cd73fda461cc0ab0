"""Offers the images of imagespec-operator on the Hub's spawn page, without a restart of the Hub.

For zero-to-jupyterhub:  helm upgrade … --set-file hub.extraConfig.imagespec=imagespec_profiles.py
For any other Hub with KubeSpawner 6 or newer, at the end of jupyterhub_config.py:
    exec(open("imagespec_profiles.py").read())

The operator writes what may be chosen into a ConfigMap; this reads it through the API each time a page is shown or a
server starts. A mounted volume would need no right, but shows a new image up to two minutes late. The ServiceAccount
of the Hub needs `get` on the ConfigMap: rbac-hub.yaml.

Environment variables of the Hub (hub.extraEnv):
    IMAGESPEC_CONFIGMAPS           names, separated by commas; "imagespec-profiles" when absent
    IMAGESPEC_CONFIGMAP_NAMESPACE  their namespace; that of the Hub when absent

What the Hub offers already comes first and stays the default. The Hub logs what is wrong with a ConfigMap, and the
Hub goes on with what it knew last.
"""


def _imagespec_profiles(c):
    import asyncio
    import importlib.resources
    import inspect
    import json
    import os
    import time

    from kubernetes_asyncio.client.exceptions import ApiException
    from tornado import web

    names = [
        name.strip()
        for name in os.environ.get("IMAGESPEC_CONFIGMAPS", "imagespec-profiles").split(",")
        if name.strip()
    ]
    namespace = os.environ.get("IMAGESPEC_CONFIGMAP_NAMESPACE") or os.environ.get("POD_NAMESPACE")

    # A page and the start that follows it need not read twice; a new image is seen within these seconds.
    freshness = 2.0
    states = {
        "building": "is not ready yet",
        "failed": "could not be built",
        "incompatible": "is not known to work with this Hub",
    }

    known = {}
    locks = {}

    async def read(spawner, name):
        """What the ConfigMap says, or what it said when it could be read last."""
        async with locks.setdefault(name, asyncio.Lock()):
            last = known.get(name)
            if last is not None and time.monotonic() - last["at"] < freshness:
                return last
            selectable, unavailable = (last["selectable"], last["unavailable"]) if last else ([], [])
            where = f"ConfigMap {namespace or spawner.namespace}/{name}"
            try:
                answer = await asyncio.wait_for(
                    spawner.api.read_namespaced_config_map(name, namespace or spawner.namespace),
                    spawner.k8s_api_request_timeout,
                )
                data = answer.data or {}
                new_selectable = parsed(spawner, where, data.get("profile_list.json", "[]"), selectable_profile)
                new_unavailable = parsed(spawner, where, data.get("unavailable.json", "[]"), unavailable_profile)
                selectable, unavailable = new_selectable, new_unavailable
            except ApiException as problem:
                if problem.status == 404:
                    selectable, unavailable = [], []
                spawner.log.warning("imagespec: %s cannot be read: %s %s", where, problem.status, problem.reason)
            except Exception as problem:
                spawner.log.warning("imagespec: %s cannot be read: %r", where, problem)
            known[name] = {"at": time.monotonic(), "selectable": selectable, "unavailable": unavailable}
            return known[name]

    def parsed(spawner, where, text, make):
        profiles = []
        for entry in json.loads(text):
            try:
                profiles.append((frozenset(entry["groups"]), make(entry)))
            except (AttributeError, KeyError, TypeError) as problem:
                spawner.log.warning("imagespec: an entry of %s is left out: %r", where, problem)
        return profiles

    def described(entry):
        # KubeSpawner's page shows these as they are: the operator has escaped them.
        return {
            "slug": str(entry["slug"]),
            "display_name": str(entry["display_name"]),
            "description": str(entry["description"]),
        }

    def selectable_profile(entry):
        given = entry["kubespawner_override"]
        override = {"image": str(given["image"])}
        secrets = [str(secret["name"]) for secret in given.get("image_pull_secrets", [])]
        if secrets:
            override["image_pull_secrets"] = [{"name": name} for name in secrets]
        profile = {**described(entry), "kubespawner_override": override}
        if entry.get("profile_options"):
            profile["profile_options"] = entry["profile_options"]
        return profile

    def for_user(spawner, profile):
        """With the Hub's own pull secrets beside the list's: its other containers may need them."""
        override = profile["kubespawner_override"]
        if "image_pull_secrets" not in override:
            return profile
        own = list(spawner.image_pull_secrets or [])
        have = {secret["name"] if isinstance(secret, dict) else secret for secret in own}
        more = [secret for secret in override["image_pull_secrets"] if secret["name"] not in have]
        return {**profile, "kubespawner_override": {**override, "image_pull_secrets": own + more}}

    class Refusal(str):
        """KubeSpawner calls it before each start of a server; a template may print it."""

        def __call__(self, spawner):
            raise web.HTTPError(409, str(self))

    def unavailable_profile(entry):
        profile = described(entry)
        why = states[entry["state"]]
        profile["display_name"] += f" ({why})"
        message = f"The image {entry['name']} {why}: choose another, or try again later."
        profile["imagespec_unavailable"] = message
        profile["kubespawner_override"] = {"image": Refusal(message)}
        return profile

    def may_see(user, groups):
        return not groups or user.admin or any(group.name in groups for group in user.groups)

    own_list = c.KubeSpawner.get("profile_list")

    async def own_profiles(spawner):
        """What the Hub's own configuration offers."""
        own = own_list
        if hasattr(own, "get_value"):
            own = own.get_value([])
        if callable(own):
            own = own(spawner)
        if inspect.isawaitable(own):
            own = await own
        if isinstance(own, dict):
            own = [own[key] for key in sorted(own)]
        return list(own or [])

    hub_default = {
        "slug": "hub-default",
        "display_name": "Default",
        "description": "What this Hub starts by itself.",
        "default": True,
    }

    async def profile_list(spawner):
        profiles = await own_profiles(spawner) or [hub_default]
        taken = {profile.get("slug") for profile in profiles}
        lists = [await read(spawner, name) for name in names]
        for kind in ("selectable", "unavailable"):
            for groups, profile in (found for one in lists for found in one[kind]):
                if profile["slug"] not in taken and may_see(spawner.user, groups):
                    taken.add(profile["slug"])
                    profiles.append(for_user(spawner, profile))
        return profiles

    own_options = c.KubeSpawner.get("options_from_form")

    async def options_from_form(formdata, spawner=None):
        """Refuses before anything is started: failed starts count towards the Hub's consecutive_failure_limit.

        For a link such as /hub/spawn?profile=… JupyterHub names no spawner; the last list that was read applies.
        """
        chosen = formdata.get("profile", [None])[0]
        profiles = (
            [profile for one in known.values() for _, profile in one["unavailable"]]
            if spawner is None
            else await profile_list(spawner)
        )
        for profile in profiles:
            if profile.get("slug") == chosen and "imagespec_unavailable" in profile:
                raise web.HTTPError(409, profile["imagespec_unavailable"])
        if own_options is None:
            return options_of(formdata, chosen)
        wants_spawner = spawner is not None and "spawner" in inspect.signature(own_options).parameters
        options = own_options(formdata, spawner=spawner) if wants_spawner else own_options(formdata)
        return await options if inspect.isawaitable(options) else options

    def options_of(formdata, chosen):
        """As KubeSpawner makes them; its own method cannot be had without a spawner."""
        if not chosen:
            return {}
        prefix = f"profile-option-{chosen}--"
        options = {key[len(prefix) :]: values[0] for key, values in formdata.items() if key.startswith(prefix)}
        return {"profile": chosen, **options}

    c.KubeSpawner.profile_list = profile_list
    c.KubeSpawner.options_from_form = options_from_form

    # KubeSpawner's page has no disabled entries, so the script below disables them. A template of the Hub's own stays.
    template = importlib.resources.files("kubespawner") / "templates" / "form.html"
    if not c.KubeSpawner.get("profile_form_template") and template.is_file():
        c.KubeSpawner.profile_form_template = """{% include "form.html" %}
<script>
for (const slug of {{ profile_list | selectattr("imagespec_unavailable", "defined") | map(attribute="slug") | list | tojson }}) {
  const input = document.querySelector(`input[name="profile"][value="${slug}"]`);
  if (input === null) continue;
  input.disabled = true;
  input.checked = false;
  const label = input.closest("label");
  if (label !== null) Object.assign(label.style, { opacity: 0.55, cursor: "not-allowed" });
}
if (document.querySelector('input[name="profile"]:checked') === null) {
  const first = document.querySelector('input[name="profile"]:not(:disabled)');
  if (first !== null) first.checked = true;
}
</script>
"""


_imagespec_profiles(c)  # noqa: F821
