/** Hues from yellow over green and blue to violet: a red tag would look like an error. */
const HUES = { first: 60, count: 240 };

/**
 * An entity tag, short enough to compare at a glance: its first digits, and a colour that equal tags share. The whole
 * tag is in the title.
 *
 * @param {string | undefined} etag as it arrived: `"77bc43ac22bb2f5a9fbab5a32554a5d3"`
 * @returns {HTMLElement}
 */
export function entityTag(etag) {
  const chip = document.createElement('code');
  chip.className = 'tag';
  if (etag === undefined) {
    chip.classList.add('none');
    chip.textContent = 'no tag';
    return chip;
  }
  const digits = /[0-9a-f]{8}/.exec(etag)?.[0] ?? '';
  chip.textContent = etag.replace(/([0-9a-f]{8})[0-9a-f]+/, '$1…');
  chip.title = etag;
  const hue = HUES.first + (Number.parseInt(digits || '0', 16) % HUES.count);
  chip.style.setProperty('--hue', String(hue));
  return chip;
}
