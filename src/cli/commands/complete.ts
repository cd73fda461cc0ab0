import { KubeConfig } from '@kubernetes/client-node';
import type { Command } from 'commander';
import { z } from 'zod';
import { answerOf } from '../../kubernetes/client/answer.ts';
import { type Completion, completionsOf, type Flags, type Word } from '../completion/complete.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import type { CommandIo } from '../io.ts';
import { type ClusterOptions, listImageSpecs, openConnection, withCluster } from '../live/cluster.ts';

/** A shell waits for the answer at every keystroke of Tab. */
const patienceMs = 2000;
/** A shell shows no more than a screen of them. */
const mostWords = 500;

/**
 * Prints what may follow on a command line, one `WORD<tab>MEANING` a line. The last line is a directive, in the form of Cobra,
 * which kubectl reads: `:4` forbids paths, `:0` lets the shell complete them. What goes wrong completes nothing.
 */
export async function complete(program: Command, words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const completion = completionsOf(program, words);
  const typed = words.at(-1) ?? '';
  const found = (await wordsOf(completion)).filter(({ word }) => word.startsWith(typed)).slice(0, mostWords);
  const lines = found.map(({ word, meaning }) => (meaning === '' ? word : `${word}\t${meaning}`));
  io.out(`${[...lines, completion.is === 'files' ? ':0' : ':4'].join('\n')}\n`);
  return exitCodes.ok;
}

async function wordsOf(completion: Completion): Promise<readonly Word[]> {
  switch (completion.is) {
    case 'words':
      return completion.words;
    case 'files':
      return [];
    case 'imageSpecs':
      return imageSpecNames(completion.flags);
    case 'namespaces':
      return namespaceNames(completion.flags);
    case 'contexts':
      return contextNames(completion.flags);
  }
}

/** The flags on the line as those of a connection that does not wait long. */
function connectionOf(flags: Flags): ClusterOptions {
  const { kubeconfig, context, cluster, user, namespace } = flags;
  const given = Object.entries({ kubeconfig, context, cluster, user, namespace });
  return { ...Object.fromEntries(given.filter(([, value]) => value !== undefined)), requestTimeout: patienceMs };
}

const silent = { err: () => undefined };

async function imageSpecNames(flags: Flags): Promise<readonly Word[]> {
  const words: Word[] = [];
  await withCluster(connectionOf(flags), silent, async (cluster) => {
    const listed = await listImageSpecs(cluster, {});
    words.push(...(listed.ok ? listed.value.map(({ name }) => ({ word: name, meaning: '' })) : []));
    return exitCodes.ok;
  });
  return words;
}

const namespacesShape = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

async function namespaceNames(flags: Flags): Promise<readonly Word[]> {
  const opened = openConnection(connectionOf(flags));
  if (!opened.ok) {
    return [];
  }
  try {
    const answer = await answerOf(() => opened.value.getJson('/api/v1/namespaces', { limit: String(mostWords) }));
    const list = namespacesShape.safeParse(answer.is === 'ok' ? answer.value : undefined);
    return list.success ? list.data.items.map(({ metadata }) => ({ word: metadata.name, meaning: '' })) : [];
  } finally {
    await opened.value.close();
  }
}

function contextNames({ kubeconfig }: Flags): readonly Word[] {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) {
      config.loadFromDefault();
    } else {
      config.loadFromFile(kubeconfig);
    }
  } catch {
    return [];
  }
  return config.getContexts().map(({ name }) => ({ word: name, meaning: '' }));
}
