import type { Proof, Row } from './row.ts';

const faults = (name: string): Proof => ({ file: 'test/integration/faults.test.ts', name });
const writes = (name: string): Proof => ({ file: 'test/chaos/writes.test.ts', name });
const watches = (name: string): Proof => ({ file: 'test/chaos/watches.test.ts', name });
const stale = (name: string): Proof => ({ file: 'test/chaos/stale.test.ts', name });
const realWatch = (name: string): Proof => ({ file: 'test/integration/kubernetes-watch.test.ts', name });
const step = (id: string): Proof => ({ file: 'test/provoked/table/steps.ts', name: `id: '${id}'` });
const asked = (id: string): Proof => ({ file: 'test/provoked/table/asked.ts', name: `id: '${id}'` });
const registry = (id: string): Proof => ({ file: 'test/provoked/table/registries.ts', name: `id: '${id}'` });
const cluster = (id: string): Proof => ({ file: 'test/lifecycle/cluster.test.ts', name: `id: '${id}'` });
const builder = (id: string): Proof => ({ file: 'test/lifecycle/builder.test.ts', name: `id: '${id}'` });
const killed = (id: string): Proof => ({ file: 'test/lifecycle/operator.test.ts', name: `id: '${id}'` });
const lease = (name: string): Proof => ({ file: 'src/kubernetes/lease.test.ts', name });
const thousand: Proof = {
  file: 'test/chaos/thousand.test.ts',
  name: 'a thousand ImageSpecs are built within the limits, and then nothing is written, also by a new operator',
};
const words = (text: string) => ({ is: 'words', words: text }) as const;
const provoked = (...ids: readonly string[]) => ({ is: 'provoked', ids }) as const;

/** The cases of docs/reliability.md, by their numbers. */
export const rows: readonly Row[] = [
  {
    number: 1,
    what: 'The operator dies before, within or after each of its writes',
    handled: 'A pass takes one step and starts again, so a crash between two steps is an ordinary start.',
    figure: { is: 'faults', of: 'writes', words: 'dies' },
    proofs: [faults('when the operator dies at a write'), writes('the operator dies')],
  },
  {
    number: 2,
    what: 'A Job is created, and the answer is lost',
    handled: 'The name of a Job follows from its build. A Job of this name with the right owner is the wanted one.',
    figure: { is: 'faults', of: 'writes', words: 'committed' },
    proofs: [
      writes('commits.map'),
      { file: 'src/reconcile/effects/act.test.ts', name: 'is done when this ImageSpec has the Job already' },
    ],
  },
  {
    number: 3,
    what: 'Each write meets a conflict (409)',
    handled: 'The pass starts again from the newest version. A delete counts only once the object is gone.',
    figure: { is: 'faults', of: 'writes', words: '409' },
    proofs: [
      writes('[409, 429, 500, 503, 504]'),
      { file: 'src/reconcile/effects/act.test.ts', name: 'is not done while the Job is there' },
    ],
  },
  {
    number: 4,
    what: 'Every request gets 429, 500, no answer or a reset connection for a while',
    handled:
      'Lists, watches and writes back off and go on. A leader that cannot renew its Lease ends and starts again.',
    figure: words('until the lead is lost, after 10 s'),
    proofs: [
      { file: 'test/chaos/outage.test.ts', name: 'an API server that is away until the lead is lost changes nothing' },
      { file: 'src/kubernetes/watch/reflector.faults.test.ts', name: 'what goes wrong' },
    ],
  },
  {
    number: 5,
    what: 'A watch stays open and silent',
    handled: 'The server ends each watch after 20 s. One that is silent for longer is left, with new connections.',
    figure: words('noticed after 28 s'),
    proofs: [realWatch('leaves a half-open connection behind'), watches("'silence'")],
  },
  {
    number: 6,
    what: 'The place of a watch is compacted away (410) while the operator is away',
    handled: 'It lists again, and the cache drops what the list does not have.',
    figure: { is: 'faults', of: 'watches', words: 'gone' },
    proofs: [realWatch('lists again and misses neither a delete nor a recreation'), watches("'gone'")],
  },
  {
    number: 7,
    what: 'Events of a watch are dropped, doubled, delayed, reordered or cut',
    handled: 'Versions order what arrives. An unconditional list every ten minutes finds what was lost.',
    figure: { is: 'faults', of: 'watches', words: '' },
    proofs: [watches("'drop', 'double', 'delay', 'reorder', 'cut'")],
  },
  {
    number: 8,
    what: 'The operator starts with lists of the past',
    handled: 'It reads the ImageSpec before it creates or deletes. It looks for what it misses before a build is lost.',
    figure: words('no write, from any past'),
    proofs: [
      stale('changes nothing, whenever the operator starts'),
      stale('does not change the end of a build that ends meanwhile'),
      { file: 'src/reconcile/answers/absences.test.ts', name: 'is found, because the watch of Jobs lags behind' },
    ],
  },
  {
    number: 9,
    what: 'An ImageSpec is deleted and created again while its build runs',
    handled: 'Jobs and Pods belong to a UID. The name of a Job contains it.',
    figure: words('nothing of the old one in the new status'),
    proofs: [faults('describe.each(stories)'), { file: 'test/support/faults/stories.ts', name: "case 'recreate'" }],
  },
  {
    number: 10,
    what: 'A leader freezes and wakes after another took over; clocks are ten minutes wrong',
    handled: 'The Lease runs on the monotonic clock. The wall clock follows the API server.',
    figure: words('takeover after 15 s; ± 10 min'),
    proofs: [
      { file: 'test/chaos/leader.test.ts', name: 'changes nothing when it wakes' },
      lease('does not consider itself the leader after a pause longer than the Lease'),
      lease('is not renewed while the event loop hangs, and does not lead when it goes on'),
      { file: 'test/chaos/clock.test.ts', name: 'a clock that is ten minutes' },
      { file: 'src/kubernetes/serverClock.test.ts', name: 'is right where the server is' },
    ],
  },
  {
    number: 11,
    what: 'Nothing is to be done: nothing is written',
    handled: 'A status that says the same is not written. Checks of bases and images only read.',
    figure: words('no write of 1000 ImageSpecs within two hours of model time'),
    proofs: [
      thousand,
      faults('when the operator dies at a write'),
      {
        file: 'src/lifecycle/simulation.test.ts',
        name: 'a restart at any write changes neither the end nor the writes',
      },
    ],
  },
  {
    number: 12,
    what: 'A wrong spec is corrected, field by field',
    handled: 'A failure belongs to its input and settings. Another input starts as a new one does.',
    figure: { is: 'corrected' },
    proofs: [
      {
        file: 'test/chaos/corrected.test.ts',
        name: 'a wrong value has its reason, and a corrected one ends as if it had been right from the beginning',
      },
      { file: 'src/dockerfile/plan.invalid.test.ts', name: 'what is no valid spec' },
      asked('edited-after-failure'),
    ],
  },
  {
    number: 13,
    what: 'The spec is edited while a build runs',
    handled: 'The operator stops the Job of the older spec first, and builds the newer one.',
    figure: provoked('edited-while-building'),
    proofs: [asked('edited-while-building'), faults('describe.each(stories)')],
  },
  {
    number: 14,
    what: 'An ImageSpec is deleted while a build runs, also without an operator',
    handled: 'Owner references: the garbage collector removes Jobs and Pods.',
    figure: provoked('deleted-foreground', 'deleted-background', 'deleted-without-operator'),
    proofs: [asked('deleted-foreground'), asked('deleted-background'), killed('deleted-without-operator')],
  },
  {
    number: 15,
    what: 'A person deletes the Pod or the Job of a build',
    handled: 'A build without a result has failed, and has a bounded number of attempts. Jobs have no TTL.',
    figure: provoked('pod-deleted', 'job-deleted', 'pod-deleted-again'),
    proofs: [cluster('pod-deleted'), cluster('job-deleted'), cluster('pod-deleted-again')],
  },
  {
    number: 16,
    what: 'Memory, disk, an eviction, a lost node',
    handled: 'The Pod is read before its log. Only what the cluster did is tried again.',
    figure: provoked('out-of-memory-step', 'disk-full', 'evicted'),
    proofs: [step('out-of-memory-step'), step('disk-full'), cluster('evicted')],
  },
  {
    number: 17,
    what: 'A RUN step ends with an exit code',
    handled: 'One attempt. The status keeps the relevant lines of the log.',
    figure: provoked('run-exit-code'),
    proofs: [step('run-exit-code')],
  },
  {
    number: 18,
    what: 'A Secret is missing, wrong, or created later',
    handled: 'The build waits and names the Secret. The operator looks again every 30 s.',
    figure: provoked('secret-missing', 'credentials-invalid'),
    proofs: [registry('secret-missing'), registry('credentials-invalid')],
  },
  {
    number: 19,
    what: 'A ResourceQuota, a LimitRange or Pod Security refuses the Pod',
    handled: 'The reason comes from the Events of the Job controller. A quota is waited for.',
    figure: provoked('quota', 'limit-range', 'pod-security'),
    proofs: [cluster('quota'), cluster('limit-range'), cluster('pod-security')],
  },
  {
    number: 20,
    what: "The builder's image cannot be pulled, for a while or for ever",
    handled: 'A window of grace counts from the last progress of a container.',
    figure: provoked('builder-image-flap', 'builder-image-missing'),
    proofs: [builder('builder-image-flap'), builder('builder-image-missing')],
  },
  {
    number: 21,
    what: 'A RUN step looks for credentials, tokens and a metadata service',
    handled: 'The container of the build has none of them. A NetworkPolicy closes link-local addresses.',
    figure: words('none found'),
    proofs: [
      { file: 'test/core/credentials.test.ts', name: 'takes the push with a Secret that no RUN step can find' },
      { file: 'test/isolation/network-policy.test.ts', name: 'keep the Pod of a %s from metadata services' },
    ],
  },
  {
    number: 22,
    what: 'A RUN step forges the digest',
    handled: 'Another container pushes and reports it. The operator asks the registry for the digest.',
    figure: words('DigestMismatch'),
    proofs: [
      { file: 'test/integration/push-agent.test.ts', name: "its message is the registry's own digest" },
      { file: 'src/lifecycle/decide.test.ts', name: 'False DigestMismatch' },
    ],
  },
  {
    number: 23,
    what: 'A registry sends the operator to another host, or sends too much',
    handled: 'Credentials go to the named host only. Private addresses and long answers are refused.',
    figure: words('at most 1 MiB of an answer'),
    proofs: [
      { file: 'src/registry/http/address.test.ts', name: 'redirectFault' },
      { file: 'src/registry/http/network.test.ts', name: 'metadata of a cloud' },
      { file: 'src/registry/bounds.test.ts', name: 'what a registry sends has a bound' },
    ],
  },
  {
    number: 24,
    what: 'Hostile specs: line breaks, options, long texts, annotations of others',
    handled: 'Every field has a grammar and a bound. Namespaces take turns.',
    figure: words('no crash'),
    proofs: [
      { file: 'src/dockerfile/hostileSpecs.test.ts', name: 'any spec gives a plan or a reason: no parser throws' },
      { file: 'src/reconcile/neighbours.test.ts', name: 'each hostile spec gets a reason' },
      { file: 'src/kubernetes/watch/cache.test.ts', name: 'hostile objects' },
    ],
  },
  {
    number: 25,
    what: "A tenant names another's Secret, tag, cache or Job",
    handled: 'The policy binds at admission and in the operator. Children count by namespace and UID.',
    figure: words('refused'),
    proofs: [
      { file: 'src/dockerfile/plan.test.ts', name: 'what the policy refuses' },
      { file: 'test/integration/policy.test.ts', name: 'describe' },
      {
        file: 'src/reconcile/watched/children.test.ts',
        name: 'exclude objects of another namespace that claim the same owner',
      },
    ],
  },
  {
    number: 26,
    what: 'A thousand ImageSpecs come at one moment',
    handled: 'Builds, launches, questions and passes have limits, and namespaces take turns.',
    figure: { is: 'thousand' },
    proofs: [
      thousand,
      { file: 'src/reconcile/turns.test.ts', name: 'handles one ImageSpec per turn of the event loop' },
      { file: 'src/reconcile/growth.test.ts', name: 'a spec with many packages' },
    ],
  },
  {
    number: 27,
    what: 'The operator is upgraded while builds run',
    handled: 'Hashes, Dockerfiles and the identity of a Job are recorded. A newer operator reads an older one.',
    figure: provoked('operator-down'),
    proofs: [
      { file: 'src/dockerfile/recorded.test.ts', name: 'an upgrade changes neither identity nor Dockerfile' },
      { file: 'src/imagespec/inputHash.test.ts', name: 'an operator upgrade must never change it' },
      killed('operator-down'),
    ],
  },
];
