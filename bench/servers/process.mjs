/**
 * One server in a process of its own. It is told what to start by its arguments, says its port, and answers with its
 * CPU time and memory whenever it is asked.
 */
const [module, settings = '{}'] = process.argv.slice(2);
const { start } = await import(module);

process.on('message', (question) => {
  if (question === 'collect') globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system, memory: process.memoryUsage() });
});
process.on('disconnect', () => process.exit());
process.send({ port: await start(JSON.parse(settings)) });
