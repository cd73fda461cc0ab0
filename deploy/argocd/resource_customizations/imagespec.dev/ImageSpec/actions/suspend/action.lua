-- Starts no build and no launch from now on; what runs may finish.
obj.spec.suspend = true
return obj
