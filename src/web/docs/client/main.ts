/** Makes the reference handy. Without it the page is whole, and its samples are for the shell. */
import { dressCode } from './code.ts';
import { followReader } from './contents.ts';
import { makeFindable } from './find.ts';
import { makeLanguagesChoosable } from './languages.ts';

makeLanguagesChoosable();
dressCode();
makeFindable();
followReader();
