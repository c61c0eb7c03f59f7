/*
 * Interprets a program in byte code of its own, in a loop around a big switch, as interpreters do. The program sieves
 * primes and counts steps of the Collatz sequences; standard output has what it printed.
 */
#include <stdint.h>
#include <stdio.h>

enum op { PUSH, LOAD, STORE, GET, PUT, ADD, MUL, DIVIDE, MODULO, LESS, JUMP, JUMP_IF, CALL, RETURN, PRINT, HALT };

enum { STACK_MAX = 64, CELLS = 512, CODE_MAX = 512, LIMIT = 400 };

struct machine {
    int32_t stack[STACK_MAX];
    int32_t variables[8];
    int32_t cells[CELLS];
    int32_t code[CODE_MAX];
    int returns[STACK_MAX];
    int top, depth, size;
    uint64_t steps;
};

static struct machine machine;

static int32_t pop(struct machine *m) { return m->stack[--m->top]; }

static void push(struct machine *m, int32_t value) { m->stack[m->top++] = value; }

static void run(struct machine *m, int at) {
    for (;;) {
        int32_t a, b;
        m->steps++;
        switch ((enum op)m->code[at++]) {
        case PUSH: push(m, m->code[at++]); break;
        case LOAD: push(m, m->variables[m->code[at++]]); break;
        case STORE: m->variables[m->code[at++]] = pop(m); break;
        case GET: a = pop(m); push(m, m->cells[a % CELLS]); break;
        case PUT: a = pop(m); m->cells[a % CELLS] = pop(m); break;
        case ADD: b = pop(m); a = pop(m); push(m, a + b); break;
        case MUL: b = pop(m); a = pop(m); push(m, a * b); break;
        case DIVIDE: b = pop(m); a = pop(m); push(m, b == 0 ? 0 : a / b); break;
        case MODULO: b = pop(m); a = pop(m); push(m, b == 0 ? 0 : a % b); break;
        case LESS: b = pop(m); a = pop(m); push(m, a < b); break;
        case JUMP: at = m->code[at]; break;
        case JUMP_IF: a = pop(m); at = a != 0 ? m->code[at] : at + 1; break;
        case CALL: m->returns[m->depth++] = at + 1; at = m->code[at]; break;
        case RETURN: at = m->returns[--m->depth]; break;
        case PRINT: printf("%d ", (int)pop(m)); break;
        case HALT: return;
        }
    }
}

static void emit(enum op op) { machine.code[machine.size++] = op; }

static void emit_with(enum op op, int32_t operand) {
    emit(op);
    machine.code[machine.size++] = operand;
}

/* Emits a jump whose target `land` sets. */
static int jump(enum op op) {
    emit_with(op, 0);
    return machine.size - 1;
}

static void land(int from) { machine.code[from] = machine.size; }

static void increase(int variable, int by_variable) {
    emit_with(LOAD, variable);
    if (by_variable < 0) emit_with(PUSH, 1);
    else emit_with(LOAD, by_variable);
    emit(ADD);
    emit_with(STORE, variable);
}

static void less_than(int variable, int32_t limit) {
    emit_with(LOAD, variable);
    emit_with(PUSH, limit);
    emit(LESS);
}

/* for (n = 2; n < LIMIT; n++) if (!cells[n]) { print n; for (k = n + n; k < LIMIT; k += n) cells[k] = 1; } */
static int emit_sieve(void) {
    int start = machine.size;
    emit_with(PUSH, 2);
    emit_with(STORE, 0);
    int outer = machine.size;
    emit_with(LOAD, 0);
    emit(GET);
    int marked = jump(JUMP_IF);
    emit_with(LOAD, 0);
    emit(PRINT);
    emit_with(LOAD, 0);
    emit_with(STORE, 1);
    int check = jump(JUMP);
    int inner = machine.size;
    emit_with(PUSH, 1);
    emit_with(LOAD, 1);
    emit(PUT);
    land(check);
    increase(1, 0);
    less_than(1, LIMIT);
    emit_with(JUMP_IF, inner);
    land(marked);
    increase(0, -1);
    less_than(0, LIMIT);
    emit_with(JUMP_IF, outer);
    emit(RETURN);
    return start;
}

/* for (n = 1; n < 60; n++) { for (k = n; 1 < k; steps++) k = k % 2 ? 3 * k + 1 : k / 2; } print steps; */
static int emit_collatz(void) {
    int start = machine.size;
    emit_with(PUSH, 1);
    emit_with(STORE, 0);
    int outer = machine.size;
    emit_with(LOAD, 0);
    emit_with(STORE, 1);
    int check = jump(JUMP);
    int inner = machine.size;
    increase(2, -1);
    emit_with(LOAD, 1);
    emit_with(PUSH, 2);
    emit(MODULO);
    int odd = jump(JUMP_IF);
    emit_with(LOAD, 1);
    emit_with(PUSH, 2);
    emit(DIVIDE);
    int stored = jump(JUMP);
    land(odd);
    emit_with(LOAD, 1);
    emit_with(PUSH, 3);
    emit(MUL);
    emit_with(PUSH, 1);
    emit(ADD);
    land(stored);
    emit_with(STORE, 1);
    land(check);
    emit_with(PUSH, 1);
    emit_with(LOAD, 1);
    emit(LESS);
    emit_with(JUMP_IF, inner);
    increase(0, -1);
    less_than(0, 60);
    emit_with(JUMP_IF, outer);
    emit_with(LOAD, 2);
    emit(PRINT);
    emit(RETURN);
    return start;
}

int main(void) {
    int sieve = emit_sieve();
    int collatz = emit_collatz();
    int entry = machine.size;
    emit_with(CALL, sieve);
    emit_with(CALL, collatz);
    emit(HALT);
    run(&machine, entry);
    printf("in %llu steps\n", (unsigned long long)machine.steps);
    return 0;
}
