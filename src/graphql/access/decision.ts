import { getArgumentValues, getOperationAST, getVariableValues, GraphQLError, Kind, visit, type ASTNode, type DocumentNode, type ExecutionArgs, type OperationDefinitionNode } from 'graphql';
import type { Principal } from '../../auth/principal.js';
import type { ErrorCode } from '../../base/error.js';
import type { Runtime } from '../runtime.js';
import type { Where } from '../../stream/filter.js';
import { analyse, type Analysis, type Read } from './analysis.js';
import { audienceOf, everybody, meets, nobody, type DecidedAudience } from './audience.js';
import type { ScopeRule } from './model.js';
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
  // There is one such principal: whatever it asks, all who are it may share.
  if (principal.kind === 'open') return { errors: [], audience: everybody(principal.tenant), readsPrincipal: true };
  const { access } = runtime;
  const none: Decision = { errors: [], audience: nobody(principal.tenant), readsPrincipal: false };
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return none;
  const known = analysesOf(access, args.document);
  // The executor coerces them once more: not asked for when nothing goes by them.
  const coerced = coercedVariables(args, operation);
  const deciding = known.deciding.length > 0 ? coerced() : {};
  if (deciding === null) return none;
  let analysis: Analysis;
  try {
    analysis = analysisFor(known, runtime, args, operation, deciding);
  } catch (error) {
    // A variable with a default is taken where null is not, and may be null: `@skip(if: $hidden)`.
    if (!(error instanceof GraphQLError)) throw error;
    return { ...none, errors: [new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode } })] };
  }
  const asks = analysis.reads.length > 0 || (analysis.publishes.length > 0 && access.rules.publish.size > 0);
  const values = asks ? coerced() : {};
  return values === null ? none : judge(runtime, principal, analysis, values);
}

function judge({ access: { rules, policy }, model }: Pick<Runtime, 'access' | 'model'>, principal: Principal, analysis: Analysis, values: Values): Decision {
  const errors: GraphQLError[] = [];
  const unmet = (these: readonly ScopeRule[] | undefined): readonly ScopeRule[] => [...new Set(these)].filter((rule) => !meets(principal, rule));
  const refuse = (these: readonly ScopeRule[], node: ASTNode): void => {
    for (const rule of these) if (errors.length < MAX_REFUSALS) errors.push(refusal(principal, rule, node));
  };
  const mayRead = (type: string): boolean => unmet(rules.types.get(type)).length === 0;

  const needs = analysis.needs.map(({ rule, node, unlessSkipped }) => {
    if (unlessSkipped !== null && !mayRead(unlessSkipped)) return null;
    refuse(unmet([rule]), node);
    return meets(principal, rule);
  });
  const reads = analysis.reads.map((read) => {
    const { topics: named = null, where } = argumentsOf(read, values) as { readonly topics?: readonly string[] | null; readonly where?: Where | null };
    const found = readable(rules, model, principal, read.topic === null ? named ?? [...model.topics.keys()] : [read.topic], read.topic !== null || named !== null);
    // That a topic's own field needs the topic's rules has been said already.
    refuse(read.topic === null ? found.refused : found.refused.filter((rule) => !analysis.needs.some((need) => need.rule === rule)), read.node);
    for (const type of where?.['type'] ?? []) refuse(unmet(rules.types.get(String(type))), read.node);
    // Whoever may not read a field learns nothing of it by asking for the events that have a certain value there.
    const compared = Object.entries(where ?? {}).filter(([, list]) => Array.isArray(list)).map(([field]) => field);
    const types = found.topics.flatMap((topic) => model.topics.get(topic)?.types ?? []).filter(mayRead);
    refuse(unmet(types.flatMap((type) => compared.flatMap((field) => rules.fields.get(`${type}.${field}`) ?? []))), read.node);
    return found;
  });
  for (const publish of rules.publish.size > 0 ? analysis.publishes : []) {
    const { events = [] } = argumentsOf(publish, values) as { readonly events?: readonly Values[] };
    const fields = new Set(events.flatMap((event) => Object.keys(event)));
    refuse(unmet([...model.types.values()].filter((type) => fields.has(type.inputField)).flatMap((type) => rules.publish.get(type.name) ?? [])), publish.node);
  }

  const audience = audienceOf(principal, {
    outcomes: [needs, reads.map((read) => [read.topics, read.skipped])],
    rows: [...new Set([...analysis.rows, ...reads.flatMap((read) => read.rows)])],
    claims: reads.length > 0 && policy?.read !== undefined ? policy.claims : [],
    whole: analysis.readsPrincipal,
  });
  return { errors, audience, readsPrincipal: analysis.readsPrincipal };
}

/** As the executor reads them. What does not fit is its to refuse. */
function argumentsOf({ field, node }: Read, variables: Values): Values {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}

/** The operation's variables, coerced when first asked for; null: they do not fit. */
function coercedVariables({ schema, variableValues }: ExecutionArgs, { variableDefinitions = [] }: OperationDefinitionNode): () => Values | null {
  let values: Values | null | undefined;
  return () => {
    if (values === undefined) values = getVariableValues(schema, variableDefinitions, variableValues ?? {}, { maxErrors: 1 }).coerced ?? null;
    return values;
  };
}

function analysesOf(access: Runtime['access'], document: DocumentNode): Analyses {
  let known = analyses.get(access);
  if (known === undefined) analyses.set(access, (known = new WeakMap()));
  let own = known.get(document);
  if (own === undefined) known.set(document, (own = { deciding: decidingVariables(document), made: new Map() }));
  return own;
}

function analysisFor({ deciding, made }: Analyses, { access, model }: Pick<Runtime, 'access' | 'model'>, { schema, document }: ExecutionArgs, operation: OperationDefinitionNode, variables: Values): Analysis {
  const key = JSON.stringify([operation.name?.value ?? null, deciding.map((name) => variables[name] ?? null)]);
  const earlier = made.get(key);
  if (earlier !== undefined) return earlier;
  const analysis = analyse({ schema, access: access.rules, model, principalFields: access.principalFields }, document, operation, variables);
  if (made.size >= MAX_ANALYSES) made.clear();
  made.set(key, analysis);
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
