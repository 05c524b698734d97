// Holds the relay's GraphQL against the reference implementation (graphql-js): `node scripts/graphql-check.mjs SCHEMA INTROSPECTION GOLDEN…`.
// The schema has to build, and to be what the introspection says; each golden query has to be valid, and its reply to be one that the
// schema allows. With --introspection alone it prints the query that tools ask for the schema by.
import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  execute,
  getIntrospectionQuery,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql';

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** What is wrong with a golden query and its reply, in words. */
function problems(schema, golden) {
  const { query, variables, reply } = golden;
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0 || reply.errors) {
    return [...errors, ...(reply.errors ?? [])].map((e) => e.message);
  }
  // The reply is executed once more: values that the schema does not allow are errors then, and keys that the query does not ask for are gone.
  const fieldResolver = (source, _arguments, _context, info) => source[info.path.key];
  const again = execute({ schema, document, rootValue: reply.data, variableValues: variables, fieldResolver });
  if (again.errors) return again.errors.map((e) => e.message);
  return JSON.stringify(again.data) === JSON.stringify(reply.data) ? [] : ['the reply is not in the order of the query'];
}

const [first, introspection, ...goldens] = process.argv.slice(2);
if (first === '--introspection') {
  process.stdout.write(getIntrospectionQuery({ directiveIsRepeatable: true, inputValueDeprecation: true }));
} else {
  const schema = buildSchema(readFileSync(first, 'utf8'));
  const wrong = validateSchema(schema).map((e) => e.message);
  const told = buildClientSchema(json(introspection).data);
  const text = (s) => printSchema(lexicographicSortSchema(s));
  if (text(told) !== text(schema)) wrong.push('the introspection tells of another schema');
  for (const file of goldens) wrong.push(...problems(schema, json(file)).map((said) => `${file}: ${said}`));
  if (wrong.length > 0) {
    console.error(wrong.join('\n'));
    process.exitCode = 1;
  }
}
