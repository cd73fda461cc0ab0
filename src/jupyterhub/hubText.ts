const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A user's text, escaped for KubeSpawner's page. KubeSpawner (4.2 to 7.1) renders its list with a jinja2 environment
 * without autoescape, and JupyterHub marks the result as safe: unescaped text would run as script in another user's
 * browser. Control characters become spaces. Characters that reverse the direction of text are removed, as they make
 * one name look like another.
 */
export function hubText(text: string): string {
  return text
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
