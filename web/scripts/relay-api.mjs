// Writes src/relay/api.ts from the document of the relay's API: `node scripts/relay-api.mjs`. A type for each schema,
// a function for each operation. The document is relay/httpapi/testdata/openapi.json, which a Go test keeps.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const documentFile = new URL('../../relay/httpapi/testdata/openapi.json', import.meta.url);
const apiFile = new URL('../src/relay/api.ts', import.meta.url);
const prefix = '/api/v1';
const methods = ['get', 'post', 'put', 'delete'];

/** The text of api.ts for a document. Throws where the document has something that this does not know. */
export function apiSource(document) {
  const { schemas } = document.components;
  const parts = [
    '// Written by scripts/relay-api.mjs from relay/httpapi/testdata/openapi.json. Do not edit.\n' +
      "import { call, tell, type Body, type CallOptions, type Operation } from './call.js';\n",
    `/** What each code means is at /api/docs. A newer relay may have more of them. */\n` +
      `export const codes = [${list(schemas.Problem.properties.code.enum)}] as const;\n`,
  ];
  for (const name of Object.keys(schemas).sort()) parts.push(interfaceOf(name, schemas[name]));
  const replies = new Set();
  const functions = operations(document).map((o) => functionOf(o, replies));
  // Only what replies are made of is checked when it arrives.
  const reached = new Set();
  const reach = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const property of Object.values(schemas[name].properties)) (JSON.stringify(property).match(/#\/components\/schemas\/\w+/g) ?? []).forEach((ref) => reach(nameOf(ref)));
  };
  [...replies, 'Problem'].forEach(reach);
  parts.push(
    `/** What fields a reply has: name, ? where it may be absent, type. */\nexport const shapes: Record<string, string> = {\n` +
      [...reached].sort().map((name) => `  ${name}: '${fieldsOf(schemas[name])}',\n`).join('') +
      '};\n',
    ...functions,
  );
  return parts.join('\n');
}

/** Those of the relay's own API. What is a stream of events is for an EventSource, and headers are for programs. */
function operations(document) {
  const found = [];
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith(prefix)) continue;
    for (const method of methods) {
      const operation = item[method];
      if (!operation || operation.responses['200']?.content?.['text/event-stream']) continue;
      found.push({ path, method, ...operation, parameters: operation.parameters?.filter((p) => p.in !== 'header') });
    }
  }
  return found.sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
}

const list = (words) => words.map((word) => `'${word}'`).join(', ');
const nameOf = (ref) => ref.split('/').at(-1);

function comment(indent, ...texts) {
  const lines = texts.filter(Boolean);
  if (lines.length === 0) return '';
  return lines.length === 1 ? `${indent}/** ${lines[0]} */\n` : `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

/** A schema as a TypeScript type. */
function typeOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.enum) return list(schema.enum).replaceAll(', ', ' | ');
  const types = [schema.type ?? []].flat();
  const plain = types.filter((type) => type !== 'null').map((type) => {
    switch (type) {
      case 'string': return 'string';
      case 'integer': case 'number': return 'number';
      case 'boolean': return 'boolean';
      case 'array': return /\W/.test(typeOf(schema.items)) && !typeOf(schema.items).endsWith('[]') ? `(${typeOf(schema.items)})[]` : `${typeOf(schema.items)}[]`;
      case 'object':
        if (typeof schema.additionalProperties === 'object') return `Record<string, ${typeOf(schema.additionalProperties)}>`;
    }
    throw new Error(`no type for ${JSON.stringify(schema)}`);
  });
  if (plain.length === 0) return 'unknown';
  return [...plain, ...(types.includes('null') ? ['null'] : [])].join(' | ');
}

/** The same for the check of what arrives. Words of an enumeration are not checked: a newer relay may have more. */
function checkOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  const types = [schema.type ?? []].flat();
  const type = types.find((t) => t !== 'null');
  const name = { integer: 'number', array: schema.items && `${checkOf(schema.items)}[]` }[type] ?? type ?? 'unknown';
  return types.includes('null') ? `${name}|null` : name;
}

function fieldsOf(schema) {
  return Object.entries(schema.properties).map(([name, property]) => `${name}${schema.required?.includes(name) ? '' : '?'}:${checkOf(property)}`).join(' ');
}

function interfaceOf(name, schema) {
  const fields = Object.entries(schema.properties).map(([field, property]) => {
    const open = name === 'Problem' && field === 'code' ? 'string' : typeOf(property);
    return `${comment('  ', property.description)}  ${field}${schema.required?.includes(field) ? '' : '?'}: ${open};\n`;
  });
  return `export interface ${name} {\n${fields.join('')}}\n`;
}

function functionOf({ path, method, operationId, summary, description, parameters = [], requestBody, responses }, replies) {
  const fields = parameters.map((p) => `${comment('  ', p.description)}  ${p.name}${p.required ? '' : '?'}: ${typeOf(p.schema)}${p.required ? '' : ' | undefined'};\n`);
  const operation = [`id: '${operationId}'`, `method: '${method.toUpperCase()}'`, `path: '${path.replace(prefix, '')}'`];
  const query = parameters.filter((p) => p.in === 'query').map((p) => p.name);
  if (query.length > 0) operation.push(`query: [${list(query)}]`);
  if (requestBody) {
    const [[media, { schema }]] = Object.entries(requestBody.content);
    if (media !== 'application/json') operation.push(`sends: '${media}'`);
    fields.push(`  body: ${media === 'application/json' ? typeOf(schema) : 'Body'};\n`);
  }
  const [, good] = Object.entries(responses).find(([status]) => status.startsWith('2'));
  const reply = good.content && nameOf(Object.values(good.content)[0].schema.$ref);
  if (reply) {
    replies.add(reply);
    operation.push(`reply: '${reply}'`);
  }
  const type = operationId[0].toUpperCase() + operationId.slice(1) + 'Request';
  const argument = fields.length === 0 ? 'request: object = {}' : `request: ${type}`;
  return [
    ...(fields.length === 0 ? [] : [`export interface ${type} {\n${fields.join('')}}\n`]),
    `const ${operationId}Operation: Operation = { ${operation.join(', ')} };\n`,
    `${comment('', `${summary}.`, description)}export function ${operationId}(${argument}, options?: CallOptions): Promise<${reply ?? 'void'}> {\n` +
      `  return ${reply ? `call<${reply}>` : 'tell'}(${operationId}Operation, request, options);\n}\n`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(apiFile, apiSource(JSON.parse(readFileSync(documentFile, 'utf8'))));
}
