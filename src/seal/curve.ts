/**
 * Just enough of edwards25519 to decide which public keys to admit. Slow (BigInt), not constant-time, and neither
 * matters: it runs once a key, on public values.
 */
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));
const SQRT_M1 = power(2n, (P - 1n) / 4n);

/** Extended homogeneous coordinates (RFC 8032 section 5.1.4). */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

function mod(a: bigint): bigint {
  const r = a % P;
  return r < 0n ? r + P : r;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
}

function inverse(a: bigint): bigint {
  return power(a, P - 2n);
}

function add(a: Point, b: Point): Point {
  const A = mod((a[1] - a[0]) * (b[1] - b[0]));
  const B = mod((a[1] + a[0]) * (b[1] + b[0]));
  const C = mod(2n * a[3] * D * b[3]);
  const Z = mod(2n * a[2] * b[2]);
  const [E, F, G, H] = [B - A, Z - C, Z + C, B + A];
  return [mod(E * F), mod(G * H), mod(F * G), mod(E * H)];
}

/** RFC 8032 section 5.1.3, refusing the encodings it says must not be accepted: y ≥ p, and x = 0 with the sign bit. */
function decode(bytes: Uint8Array): Point | null {
  let n = 0n;
  for (let i = 31; i >= 0; i--) n = (n << 8n) | BigInt(bytes[i]!);
  const sign = n >> 255n;
  const y = n & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(mod(u * v ** 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * SQRT_M1);
  if (mod(v * x * x) !== u) return null;
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function isIdentity(p: Point): boolean {
  return p[0] === 0n && p[1] === p[2];
}

/** True for the canonical encoding of a point of prime order: what an honest Ed25519 key always is. */
export function isPrimeOrderPoint(bytes: Uint8Array): boolean {
  const point = decode(bytes);
  if (point === null || isIdentity(point)) return false;
  let sum: Point = [0n, 1n, 1n, 0n];
  for (let p = point, e = L; e > 0n; e >>= 1n, p = add(p, p)) if (e & 1n) sum = add(sum, p);
  return isIdentity(sum);
}
