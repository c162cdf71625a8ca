/** Decorators of class-validator for bodies that carry entity tags. */
export { IsEntityTag, isEntityTag, type IsEntityTagOptions } from './is-entity-tag.js';
