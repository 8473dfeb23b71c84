import { getArgumentValues, getVariableValues, getOperationAST, Kind, visit, type DocumentNode, type ExecutionArgs, type GraphQLError, type OperationDefinitionNode } from 'graphql';
import type { Principal } from '../../auth/principal.js';
import type { Runtime } from '../runtime.js';
import type { Where } from '../../stream/filter.js';
import { analyse, type Analysis, type Read } from './analysis.js';
import { audienceOf, meets, nobody, type DecidedAudience } from './audience.js';
import type { RowRule, ScopeRule } from './model.js';
import { MAX_REFUSALS, refusal } from './refusal.js';
import { readable } from './topics.js';

/** Whether an operation may be executed, and for whom. */
export interface Decision {
  /** Why it is refused; empty: it is not. */
  readonly errors: readonly GraphQLError[];
  readonly audience: DecidedAudience;
  /** It reaches a resolver that reads who asks. */
  readonly readsPrincipal: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/** Analyses kept per document: one for each set of values that its `@skip` and `@include` were asked with. */
const MAX_ANALYSES = 64;

interface Analyses {
  /** Variables of `@skip` and `@include`, in the order of the document. */
  readonly deciding: readonly string[];
  readonly made: Map<string, Analysis>;
}

const analyses = new WeakMap<Runtime['access'], WeakMap<DocumentNode, Analyses>>();

/**
 * Decides about an operation from its document, its variables and the caller, before anything of it is executed. What cannot be
 * executed anyway (no such operation, variables that do not fit) is not refused here: the executor says what is wrong.
 */
export function decide(runtime: Pick<Runtime, 'access' | 'model'>, args: ExecutionArgs, principal: Principal): Decision {
  const { access, model } = runtime;
  const none: Decision = { errors: [], audience: nobody(principal.tenant), readsPrincipal: false };
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return none;
  const coerced = getVariableValues(args.schema, operation.variableDefinitions ?? [], args.variableValues ?? {}, { maxErrors: 1 });
  if (coerced.errors !== undefined) return none;
  const variables = coerced.coerced;
  const analysis = analysisOf(runtime, args, operation, variables);

  const refused: GraphQLError[] = [];
  const refuse = (rules: readonly ScopeRule[], node: Parameters<typeof refusal>[2]): void => {
    for (const rule of rules) if (refused.length < MAX_REFUSALS) refused.push(refusal(principal, rule, node));
  };
  const mayRead = (type: string): boolean => (access.rules.types.get(type) ?? []).every((rule) => meets(principal, rule));
  const asked = analysis.needs.map(({ rule, node, unlessSkipped }) => {
    if (unlessSkipped !== null && !mayRead(unlessSkipped)) return null;
    const met = meets(principal, rule);
    if (!met) refuse([rule], node);
    return met;
  });
  const reads = analysis.reads.map((read) => decideRead(read));
  for (const publish of analysis.publishes) {
    const { events } = argumentsOf(publish, variables) as { readonly events?: readonly Values[] };
    const types = new Set((events ?? []).flatMap((event) => Object.keys(event)).flatMap((field) => [...model.types.values()].find((type) => type.inputField === field)?.name ?? []));
    refuse([...types].flatMap((type) => access.rules.publish.get(type) ?? []).filter((rule) => !meets(principal, rule)), publish.node);
  }
  const audience = audienceOf(principal, {
    outcomes: [asked, reads.map((read) => [read.topics, read.skipped])],
    rows: [...new Set([...analysis.rows, ...reads.flatMap((read) => read.rows)])],
    claims: reads.length > 0 && access.policy?.read !== undefined ? access.policy.claims : [],
    whole: analysis.readsPrincipal,
  });
  return { errors: refused, audience, readsPrincipal: analysis.readsPrincipal };

  function decideRead(read: Read): { readonly topics: readonly string[]; readonly skipped: readonly string[]; readonly rows: readonly RowRule[] } {
    const { topics: named, where } = argumentsOf(read, variables) as { readonly topics?: readonly string[] | null; readonly where?: Where | null };
    const found = readable(access.rules, model, principal, read.topic === null ? named ?? [...model.topics.keys()] : [read.topic], read.topic !== null || (named ?? null) !== null);
    // That a topic's own field needs the topic's rules has been said already.
    refuse(read.topic === null ? found.refused : found.refused.filter((rule) => !analysis.needs.some((need) => need.rule === rule)), read.node);
    for (const type of where?.['type'] ?? []) refuse((access.rules.types.get(String(type)) ?? []).filter((rule) => !meets(principal, rule)), read.node);
    // Whoever may not read a field learns nothing of it by asking for the events that have a certain value there.
    const compared = Object.entries(where ?? {}).filter(([, values]) => Array.isArray(values)).map(([field]) => field);
    const rules = found.topics.flatMap((topic) => model.topics.get(topic)?.types ?? []).filter(mayRead)
      .flatMap((type) => (model.types.get(type)?.filterable ?? []).filter((field) => compared.includes(field)).flatMap((field) => access.rules.fields.get(`${type}.${field}`) ?? []));
    refuse([...new Set(rules)].filter((rule) => !meets(principal, rule)), read.node);
    return found;
  }
}

/** As the executor reads them. What does not fit is its to refuse. */
function argumentsOf({ field, node }: Read, variables: Values): Values {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}

function analysisOf({ access, model }: Pick<Runtime, 'access' | 'model'>, { schema, document }: ExecutionArgs, operation: OperationDefinitionNode, variables: Values): Analysis {
  let known = analyses.get(access);
  if (known === undefined) analyses.set(access, (known = new WeakMap()));
  let own = known.get(document);
  if (own === undefined) known.set(document, (own = { deciding: decidingVariables(document), made: new Map() }));
  const key = JSON.stringify([operation.name?.value ?? null, own.deciding.map((name) => variables[name] ?? null)]);
  const earlier = own.made.get(key);
  if (earlier !== undefined) return earlier;
  const analysis = analyse({ schema, access: access.rules, model, principalFields: access.principalFields }, document, operation, variables);
  if (own.made.size >= MAX_ANALYSES) own.made.clear();
  own.made.set(key, analysis);
  return analysis;
}

/** Variables that `@skip` and `@include` ask. */
function decidingVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      if (node.name.value !== 'skip' && node.name.value !== 'include') return;
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
