const { builtinModules } = require('node:module');
const { ROOMS } = require('./scripts/rooms.cjs');

/** To be an error as soon as the rooms of `src/nest` import no room below them. */
const SEVERITY_IN_NEST = 'warn';

/** Where modules still import each other. */
const TO_BE_CUT = '^src/(client|nest)/';

const escaped = (text) => text.replaceAll(/[/.]/g, (character) => `\\${character}`);

/** The files of a room; of `nest`, which is the hall that all its rooms open into, those outside of a room. */
const filesOf = (room) => (room === 'nest' ? '^src/nest/[^/]+$' : `^src/${room}/`);

/** How a package, or a module of Node, is called once it is resolved. */
function resolved(name) {
  if (!name.startsWith('node:')) return `(^|/)node_modules/${escaped(name)}/`;
  const modules = name === 'node:*' ? builtinModules : [name.slice('node:'.length)];
  return `^(node:)?(${modules.map(escaped).join('|')})$`;
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(ROOMS).map(([room, { imports, packages }]) => ({
      name: `src/${room}`,
      comment: `May import ${[...imports, ...packages].join(', ') || 'nothing'}: scripts/rooms.cjs.`,
      severity: room.startsWith('nest') ? SEVERITY_IN_NEST : 'error',
      from: { path: filesOf(room) },
      to: { pathNot: [filesOf(room), ...imports.map(filesOf), ...packages.map(resolved)] },
    })),
    {
      name: 'rooms-only',
      comment: 'A new folder of src/ needs a line in scripts/rooms.cjs.',
      severity: 'error',
      from: { pathNot: ['^src/index\\.ts$', ...Object.keys(ROOMS).map(filesOf)] },
      to: {},
    },
    {
      name: 'no-circular',
      comment: 'Two modules that import each other, be it a type, are one.',
      severity: 'error',
      from: { pathNot: TO_BE_CUT },
      to: { circular: true },
    },
    {
      name: 'no-circular-soon',
      comment: 'Cycles that are to be cut; then TO_BE_CUT goes, and this rule with it.',
      severity: 'warn',
      from: { path: TO_BE_CUT },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
};
