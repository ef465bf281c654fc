import 'reflect-metadata';
import { printSchemaText } from '../src/graphql/schema';
console.log(printSchemaText());
