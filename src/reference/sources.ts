import type { EventModel, Reference } from '../event/model.js';
import type { CacheSource } from './cache.js';
import { keyForm, type KeyForm } from './key.js';
import { loaderKeyForm, loaderOptions, loaderSource, type Loader } from './loader-source.js';
import { referencesOf, type EntityMapping } from './table-mapping.js';
import { tableSource, type Source, type TableAccess } from './table-source.js';

/** Where rows are looked up that one statement or loader call serves. */
export interface ReferenceSource extends CacheSource {
  readonly look: (tenant: string) => Source;
  readonly maxBatch: number;
  readonly timeoutMs: number;
}

export interface SourcesOptions {
  readonly model: EventModel;
  readonly mappings: readonly EntityMapping[];
  readonly loaders: Readonly<Record<string, Loader>>;
  readonly access: TableAccess;
  readonly maxBatch: number;
  readonly timeoutMs: number;
}

/** References that one statement serves have one name. */
export const sourceName = (reference: Reference): string => `${reference.entity}.${reference.to}${reference.many ? '[]' : ''}`;

/** By name, what the references of the model need. @throws TypeError when nothing has the rows of one. */
export function referenceSources(options: SourcesOptions): ReadonlyMap<string, ReferenceSource> {
  const sources = new Map<string, ReferenceSource>();
  for (const reference of referencesOf(options.model)) {
    const name = sourceName(reference);
    if (!sources.has(name)) sources.set(name, makeSource(reference, name, options));
  }
  return sources;
}

function makeSource(reference: Reference, name: string, { model, mappings, loaders, access, maxBatch, timeoutMs }: SourcesOptions): ReferenceSource {
  const entity = model.entities.get(reference.entity);
  const mapping = mappings.find((each) => each.entity.name === reference.entity);
  const common = { name, entity: reference.entity, to: reference.to, key: entity?.key ?? reference.to, ttl: entity?.ttl ?? 0, maxBatch, timeoutMs };
  const loader = Object.hasOwn(loaders, reference.entity) ? loaders[reference.entity] : undefined;
  if (loader !== undefined && entity !== undefined && !reference.many && reference.to === entity.key) {
    const options = loaderOptions(loader);
    const form = loaderKeyForm(entity.stored.find((field) => field.name === entity.key)?.type ?? 'ID');
    return {
      ...common, shared: false, toForm: form, keyForm: form, look: loaderSource(reference.entity, options),
      maxBatch: options.maxBatch ?? maxBatch, timeoutMs: options.timeoutMs ?? timeoutMs,
    };
  }
  if (mapping === undefined) throw new TypeError(`"${reference.field}" refers to "${reference.entity}", which has neither a mapped table nor a loader for it.`);
  return {
    ...common, shared: mapping.tenancy === 'shared', toForm: formOf(mapping, reference.to), keyForm: formOf(mapping, common.key),
    look: tableSource(mapping, reference, access),
  };
}

function formOf(mapping: EntityMapping, field: string): KeyForm {
  const column = mapping.keys.get(field);
  return keyForm(column?.base ?? '', column?.deterministic === true);
}
