// The same with the runtime that collects garbage, which manages all memory that there is.
export { _start } from '../blocks-as/blocks-as';
