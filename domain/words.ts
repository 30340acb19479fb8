/** Texts that people write to each other. */

/** Neither space, control characters, nor what Unicode has as not to be drawn; U+2800 is a braille cell without a dot. */
const DRAWN = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether anything of a text is to be seen. */
export const saysSomething = (text: string): boolean => DRAWN.test(text);
