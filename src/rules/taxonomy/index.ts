/**
 * taxonomy: a rule's log source in, the logs that can carry it out, each as a Variant in that log's own field names.
 * Law 3: a log source nobody has heard of is not refused: it becomes a gate under its own name, so that a report can say
 * "no such log was given". Law 8: what a log cannot carry is UNKNOWN there, never false.
 */
import type { Expr, Gate, Variant } from '../ir.ts';
import { optimise } from '../optimise.ts';
import type { Logsource } from '../sigma/meta.ts';
import { type Carrier, channels, through } from './carrier.ts';
import { linuxServices, m365Services, otherCarriers, WEBSERVER_FIELDS } from './other-logs.ts';
import { WINDOWS_CATEGORIES } from './windows-categories.ts';
import { WINDOWS_SERVICES } from './windows-services.ts';

export function variantsOf(logsource: Logsource, expr: Expr): readonly Variant[] {
  const least = optimise(expr);
  return carriersOf(logsource).flatMap((carrier) => through(carrier, least) ?? []);
}

function carriersOf({ product, service, category }: Logsource): readonly Carrier[] {
  const asNamed = named({
    ...(product ? { product } : {}),
    ...(service ? { service } : {}),
    ...(category ? { category } : {}),
  });
  if (product === 'windows') return windows(service, category) ?? [asNamed];
  if (category === 'webserver') return [{ ...asNamed, fields: WEBSERVER_FIELDS }];
  const carriers = [asNamed, ...otherCarriers(product, category)];
  if (product === 'linux' && service && !category) carriers.push(...linuxServices(service));
  if (product === 'm365' && service) carriers.push(...m365Services(service));
  // A rule that names no product means every product: `category: process_creation` is Sysmon's and Linux' alike.
  if (product === undefined && category !== undefined && WINDOWS_CATEGORIES.has(category))
    carriers.push(...(windows(service, category) ?? []), ...otherCarriers('linux', category));
  if (product === undefined && category === undefined && service && Object.hasOwn(WINDOWS_SERVICES, service))
    carriers.push(...(windows(service, undefined) ?? []));
  return distinct(carriers);
}

/** null: neither the service nor the category is known. */
function windows(service: string | undefined, category: string | undefined): readonly Carrier[] | null {
  const own = service && Object.hasOwn(WINDOWS_SERVICES, service) ? WINDOWS_SERVICES[service] : undefined;
  const gate: Gate = own ? channels(...own) : { product: 'windows' };
  if (category) {
    const carriers = WINDOWS_CATEGORIES.get(category);
    if (!carriers) return null;
    if (!service) {
      // A log that says of itself which category it is (an EDR's export under Sigma's names) is taken at its word.
      return [...carriers, named({ product: 'windows', category })];
    }
    const inService = carriers.filter((c) => c.gate.channels?.some((ch) => gate.channels?.includes(ch)));
    return inService.length > 0 ? inService : null;
  }
  if (service) return own ? [{ name: `windows/${service}`, gate, carries: 'all' }] : null;
  return [{ name: 'windows', gate, carries: 'all' }];
}

function named(gate: Gate): Carrier {
  const name = [gate.product, gate.category, gate.service].filter((p) => p !== undefined).join('/');
  return { name, gate, carries: 'all' };
}

function distinct(carriers: readonly Carrier[]): readonly Carrier[] {
  return [...new Map(carriers.map((c) => [c.name, c])).values()];
}
