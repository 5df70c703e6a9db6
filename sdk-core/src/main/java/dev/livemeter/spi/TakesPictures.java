package dev.livemeter.spi;

/**
 * What a {@link RelayController} implements besides, if it can make small pictures of streams. It writes nothing of them to a disk, and a picture never disturbs its stream, whatever happens to
 * it. Thread-safe.
 */
public interface TakesPictures {

    /** Pictures will be wanted. Called at most once, before {@link RelayController#open}; without it, no picture is made. */
    void takePicturesFor(PictureAuthority authority);
}
