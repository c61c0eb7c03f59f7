/* The shortest ways between all nodes of a graph. */
#include "kernel.h"

enum { N = 380 };
static int32_t way[N][N];

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            uint32_t mixed = (uint32_t)(i * N + j) * 2654435761u;
            way[i][j] = i == j ? 0 : mixed >> 29 ? 10000 : 1 + (int32_t)(mixed >> 20 & 511);
        }
    for (int k = 0; k < N; k++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                int32_t round_about = way[i][k] + way[k][j];
                if (round_about < way[i][j]) way[i][j] = round_about;
            }
    uint32_t sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) sum = sum * 31 + (uint32_t)way[i][j];
    return sum;
}
