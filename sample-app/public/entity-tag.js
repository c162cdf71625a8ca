/**
 * An entity tag, short enough to be compared at a glance: its first digits, and a colour that equal tags share. All
 * of it is in the title.
 *
 * @param {string | undefined} etag as it arrived: `"77bc43ac22bb2f5a9fbab5a32554a5d3"`
 * @returns {HTMLElement}
 */
export function entityTag(etag) {
  const chip = document.createElement('code');
  chip.className = 'tag';
  if (etag === undefined) {
    chip.textContent = 'no tag';
    return chip;
  }
  const digits = /[0-9a-f]{8}/.exec(etag)?.[0] ?? '';
  chip.textContent = etag.replace(/([0-9a-f]{8})[0-9a-f]+/, '$1…');
  chip.title = etag;
  chip.style.setProperty('--hue', String(Number.parseInt(digits || '0', 16) % 360));
  return chip;
}
