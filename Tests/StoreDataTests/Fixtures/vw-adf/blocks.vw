shared 'd1|s device=phone age:31.5 |slot 2
|a id=a%20b brand=x price:12
0:-1:0.25 |a id=c

shared |u old
|x0 f1 f2:0.5
0:0:0.75 |x1 f3
