const { builtinModules } = require('node:module');
const { ROOMS } = require('./scripts/rooms.cjs');

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
      severity: 'error',
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
      from: {},
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
