const segment = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const maximumSegments = 8;

/**
 * The fault of a conda channel: a name (`conda-forge`, `pytorch/label/nightly`) or an https URL.
 * @returns the end of a sentence that starts with the channel, or undefined
 */
export function channelNameFault(channel: string): string | undefined {
  if (channel === 'nodefaults') {
    return 'means something in environment.yml only: it keeps conda from its own channels, and here only those of the spec count; remove it';
  }
  if (!channel.includes('://')) {
    const parts = channel.split('/');
    return parts.length <= maximumSegments && parts.every((part) => segment.test(part))
      ? undefined
      : 'is not a channel; write a name such as conda-forge, or an https URL';
  }
  const [, scheme, authority = '', path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(channel) ?? [];
  if (scheme?.toLowerCase() !== 'https') {
    return 'is fetched from elsewhere than https; write a name such as conda-forge, or an https URL';
  }
  if (authority.includes('@')) {
    return 'holds a credential; remove it, and put it into the Secret that packages.credentialsSecret names';
  }
  if (/^\/t\/[^/]/.test(path)) {
    return 'holds a token; remove it, and put it into the Secret that packages.credentialsSecret names';
  }
  return /^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/.test(authority) && /^(?:\/[A-Za-z0-9_.~%+-]{0,128}){0,16}$/.test(path)
    ? undefined
    : 'is not a URL of a channel; write one such as https://conda.example.com/channel';
}
