1:-1:0.25 'd1|s device=phone age:31.5 |slot 2
3:0:0.5 |s device=desk
