/**
 * Language tags after RFC 5646. We hold the primary languages of two letters (ISO 639-1) and check the rest by form, so
 * that a tag is refused when it is none, not because a list is short.
 */
const PRIMARY = new Set(
  (
    'aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo ' +
    'es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ' +
    'ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn ' +
    'no nr ns nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta ' +
    'te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu'
  ).split(' '),
);

/** Languages of three letters in use without a shorter code; others of three letters are taken for none. */
const THREE = new Set('kok syr fil haw hsb dsb gsw nso ast ckb mai bho tzm smn smj sms sma'.split(' '));

const TAIL = /^(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|\d{3}))?(-([a-zA-Z0-9]{5,8}|\d[a-zA-Z0-9]{3}))*(-x(-[a-zA-Z0-9]{1,8})+)?$/;

const MAX_TAG = 200;

export function isLanguage(tag: string): boolean {
  if (tag.length > MAX_TAG) return false;
  const end = tag.indexOf('-');
  const primary = end < 0 ? tag : tag.slice(0, end);
  return (PRIMARY.has(primary) || THREE.has(primary)) && TAIL.test(end < 0 ? '' : tag.slice(end));
}
